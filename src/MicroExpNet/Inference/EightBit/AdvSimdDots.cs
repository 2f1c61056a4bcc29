using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>ARM AdvSIMD (NEON): four sums. Products have 16 bits; neighbours are summed in 32.</summary>
internal readonly unsafe struct AdvSimdDots : IDotLanes<Vector128<int>, Vector128<float>>
{
    public static bool IsSupported => AdvSimdLanes.IsSupported;

    public static int Count => Vector128<int>.Count;

    public static int InputShift => 128;

    public static bool SumsInWords => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(int* address) => Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadWeights(sbyte* address) => Vector128.Load((int*)address);

    // With its highest bit turned, a byte is the signed byte that is 128 less.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Spread(byte* address) => Vector128.Create(Unsafe.ReadUnaligned<uint>(address) ^ 0x80808080).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> bytes, Vector128<int> weights, Vector128<int> nextBytes, Vector128<int> nextWeights, Vector128<int> sums) =>
        Four(nextBytes.AsSByte(), nextWeights.AsSByte(), Four(bytes.AsSByte(), weights.AsSByte(), sums));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> bytes, Vector128<int> weights, Vector128<int> sums) => Four(bytes.AsSByte(), weights.AsSByte(), sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Max(Vector128<int> a, Vector128<int> b) => AdvSimd.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToFloats(Vector128<int> sums) => AdvSimd.ConvertToSingle(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Four(Vector128<sbyte> bytes, Vector128<sbyte> weights, Vector128<int> sums)
    {
        Vector128<int> low = AdvSimd.AddPairwiseWidening(AdvSimd.MultiplyWideningLower(bytes.GetLower(), weights.GetLower()));
        Vector128<int> high = AdvSimd.AddPairwiseWidening(AdvSimd.MultiplyWideningUpper(bytes, weights));
        return sums + AdvSimd.Arm64.AddPairwise(low, high);
    }
}
