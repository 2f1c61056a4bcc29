using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>AVX-VNNI: eight sums, with one instruction for four products.</summary>
internal readonly unsafe struct AvxVnniDots : IDotLanes<Vector256<int>, Vector256<float>>
{
    public static bool IsSupported => Avx2Lanes.IsSupported && AvxVnni.IsSupported;

    public static int Count => Vector256<int>.Count;

    public static int InputShift => 0;

    public static bool SumsInWords => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* address) => Vector256.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadWeights(sbyte* address) => Vector256.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Spread(byte* address) => Vector256.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> bytes, Vector256<int> weights, Vector256<int> nextBytes, Vector256<int> nextWeights, Vector256<int> sums) =>
        AvxVnni.MultiplyWideningAndAdd(AvxVnni.MultiplyWideningAndAdd(sums, bytes.AsByte(), weights.AsSByte()), nextBytes.AsByte(), nextWeights.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> bytes, Vector256<int> weights, Vector256<int> sums) => AvxVnni.MultiplyWideningAndAdd(sums, bytes.AsByte(), weights.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Max(Vector256<int> a, Vector256<int> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToFloats(Vector256<int> sums) => Vector256.ConvertToSingle(sums);
}
