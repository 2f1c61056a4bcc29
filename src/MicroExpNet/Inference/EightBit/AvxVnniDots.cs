using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>AVX-VNNI: eight sums, with one instruction for four products.</summary>
internal readonly unsafe struct AvxVnniDots : IVector256Dots<AvxVnniDots>
{
    public static bool IsSupported => Avx2Lanes.IsSupported && AvxVnni.IsSupported;

    public static int InputZeroPoint => 0;

    public static bool AccumulatesIn16Bits => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(byte* address) => Avx2Dots.Broadcast(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddPairs(Vector256<int> values, Vector256<int> weights, Vector256<int> sums) =>
        AvxVnni.MultiplyWideningAndAdd(sums, values.AsInt16(), weights.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> bytes, Vector256<int> weights, Vector256<int> sums) =>
        AvxVnni.MultiplyWideningAndAdd(sums, bytes.AsByte(), weights.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector256<int> products, Vector256<int> sums) => sums + products;
}
