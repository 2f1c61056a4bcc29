using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>AVX-512BW: sixteen sums. Four products are summed in 16 bits, then two such sums in 32.</summary>
internal readonly unsafe struct Avx512Dots : IDotLanes<Vector512<int>, Vector512<float>>
{
    public static bool IsSupported => Avx512Lanes.IsSupported && Avx512BW.IsSupported;

    public static int Count => Vector512<int>.Count;

    public static int InputShift => 0;

    public static bool SumsInWords => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(int* address) => Vector512.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadWeights(sbyte* address) => Vector512.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Spread(byte* address) => Vector512.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> bytes, Vector512<int> weights, Vector512<int> nextBytes, Vector512<int> nextWeights, Vector512<int> sums) =>
        sums + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte()) + Avx512BW.MultiplyAddAdjacent(nextBytes.AsByte(), nextWeights.AsSByte()), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> bytes, Vector512<int> weights, Vector512<int> sums) => sums + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte()), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Max(Vector512<int> a, Vector512<int> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToFloats(Vector512<int> sums) => Vector512.ConvertToSingle(sums);
}
