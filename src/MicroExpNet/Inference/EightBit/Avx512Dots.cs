using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>AVX-512BW: sixteen sums. Pairs of products are added in 16 bits, pairs of those in 32.</summary>
internal readonly unsafe struct Avx512Dots : IDotLanes<Vector512<int>, Vector512<float>>
{
    public static bool IsSupported => Avx512Lanes.IsSupported && Avx512BW.IsSupported;

    public static int Count => Vector512<int>.Count;

    public static int InputZeroPoint => 0;

    public static bool AccumulatesIn16Bits => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(int* address) => Vector512.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sums, int* address) => sums.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadWeights(sbyte* address) => Vector512.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(byte* address) => Vector512.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> bytes, Vector512<int> weights, Vector512<int> sums) =>
        sums + Avx512BW.MultiplyAddAdjacent(Pairs(bytes, weights), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(
        Vector512<int> bytes, Vector512<int> weights, Vector512<int> nextBytes, Vector512<int> nextWeights, Vector512<int> sums) =>
        sums + Avx512BW.MultiplyAddAdjacent(Pairs(bytes, weights) + Pairs(nextBytes, nextWeights), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> BroadcastPair(short* address) => Vector512.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddPairs(Vector512<int> values, Vector512<int> weights, Vector512<int> sums) =>
        sums + Avx512BW.MultiplyAddAdjacent(values.AsInt16(), weights.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Max(Vector512<int> a, Vector512<int> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToFloats(Vector512<int> sums) => Vector512.ConvertToSingle(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pairs(Vector512<int> bytes, Vector512<int> weights) =>
        Avx512BW.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte());
}
