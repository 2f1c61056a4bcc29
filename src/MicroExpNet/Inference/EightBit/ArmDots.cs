using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>ARM with the dot product instructions: four sums, with one instruction for four products.</summary>
internal readonly unsafe struct ArmDots : IVector128Dots<ArmDots>
{
    public static bool IsSupported => AdvSimdLanes.IsSupported && Dp.IsSupported;

    public static int InputZeroPoint => AdvSimdDots.InputZeroPoint;

    public static bool AccumulatesIn16Bits => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(byte* address) => AdvSimdDots.Broadcast(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> bytes, Vector128<int> weights, Vector128<int> sums) =>
        Dp.DotProduct(sums, bytes.AsSByte(), weights.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Widen(Vector128<int> products, Vector128<int> sums) => sums + products;
}
