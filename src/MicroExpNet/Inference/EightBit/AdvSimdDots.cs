using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>ARM AdvSIMD (NEON): four sums. Products have 16 bits; pairs of them are added in 32.</summary>
internal readonly unsafe struct AdvSimdDots : IVector128Dots<AdvSimdDots>
{
    public static bool IsSupported => AdvSimdLanes.IsSupported;

    public static int InputZeroPoint => 128;

    public static bool AccumulatesIn16Bits => false;

    // Flipping the highest bit of a byte gives the signed byte that is 128 less.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(byte* address) => Vector128.Create(Unsafe.ReadUnaligned<uint>(address) ^ 0x80808080).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> bytes, Vector128<int> weights, Vector128<int> sums)
    {
        Vector128<sbyte> x = bytes.AsSByte(), w = weights.AsSByte();
        Vector128<int> low = AdvSimd.AddPairwiseWidening(AdvSimd.MultiplyWideningLower(x.GetLower(), w.GetLower()));
        Vector128<int> high = AdvSimd.AddPairwiseWidening(AdvSimd.MultiplyWideningUpper(x, w));
        return sums + AdvSimd.Arm64.AddPairwise(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Widen(Vector128<int> products, Vector128<int> sums) => sums + products;
}
