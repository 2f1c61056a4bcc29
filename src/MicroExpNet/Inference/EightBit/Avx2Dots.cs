using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>AVX2: eight sums. Four products are summed in 16 bits, then two such sums in 32.</summary>
internal readonly unsafe struct Avx2Dots : IDotLanes<Vector256<int>, Vector256<float>>
{
    public static bool IsSupported => Avx2Lanes.IsSupported;

    public static int Count => Vector256<int>.Count;

    public static int InputShift => 0;

    public static bool SumsInWords => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* address) => Vector256.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadWeights(sbyte* address) => Vector256.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Spread(byte* address) => Vector256.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> bytes, Vector256<int> weights, Vector256<int> nextBytes, Vector256<int> nextWeights, Vector256<int> sums) =>
        sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte()) + Avx2.MultiplyAddAdjacent(nextBytes.AsByte(), nextWeights.AsSByte()), Vector256<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> bytes, Vector256<int> weights, Vector256<int> sums) => sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte()), Vector256<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Max(Vector256<int> a, Vector256<int> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToFloats(Vector256<int> sums) => Vector256.ConvertToSingle(sums);
}
