using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Any processor: one sum at a time.</summary>
internal readonly unsafe struct PlainDots : IDotLanes<PlainDots, int, float>
{
    public static bool IsSupported => true;

    public static int Count => 1;

    public static int InputZeroPoint => 0;

    public static bool AccumulatesIn16Bits => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(int* address) => *address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(int sums, int* address) => *address = sums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LoadWeights(sbyte* address) => Unsafe.ReadUnaligned<int>(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Broadcast(byte* address) => Unsafe.ReadUnaligned<int>(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MultiplyAdd(int bytes, int weights, int sums) =>
        sums + ((byte)bytes * (sbyte)weights) + ((byte)(bytes >> 8) * (sbyte)(weights >> 8))
        + ((byte)(bytes >> 16) * (sbyte)(weights >> 16)) + ((byte)(bytes >> 24) * (sbyte)(weights >> 24));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Widen(int products, int sums) => sums + products;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BroadcastPair(short* address) => Unsafe.ReadUnaligned<int>(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MultiplyAddPairs(int values, int weights, int sums) =>
        sums + ((short)values * (short)weights) + ((values >> 16) * (weights >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(int a, int b) => Math.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToFloats(int sums) => sums;
}
