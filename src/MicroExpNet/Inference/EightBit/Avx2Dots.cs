using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>AVX2: eight sums. Pairs of products are added in 16 bits, pairs of those in 32.</summary>
internal readonly unsafe struct Avx2Dots : IVector256Dots<Avx2Dots>
{
    public static bool IsSupported => Avx2Lanes.IsSupported;

    public static int InputZeroPoint => 0;

    public static bool AccumulatesIn16Bits => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(byte* address) => Vector256.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> bytes, Vector256<int> weights, Vector256<int> products) =>
        (products.AsInt16() + Avx2.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte())).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector256<int> products, Vector256<int> sums) =>
        sums + Avx2.MultiplyAddAdjacent(products.AsInt16(), Vector256<short>.One);
}
