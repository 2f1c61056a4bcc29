using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace MicroExpNet.Inference.Lanes;

/// <summary>ARM AdvSIMD (NEON): four floats.</summary>
internal readonly unsafe struct AdvSimdLanes : IFloatLanes<Vector128<float>>
{
    public static string Name => "AdvSIMD";

    public static bool IsSupported => AdvSimd.Arm64.IsSupported;

    public static string? HidingVariable => "DOTNET_EnableHWIntrinsic";

    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* address) => Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBytes(byte* address) =>
        Vector128.ConvertToSingle(Vector128.Create((int)address[0], address[1], address[2], address[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* address) => value.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector128<float> value, Vector128<float> zeroPoint, byte* address)
    {
        Vector128<int> numbers = AdvSimd.ConvertToInt32RoundToZero(AdvSimd.RoundToNearest(value) + zeroPoint);
        Vector64<short> words = AdvSimd.ExtractNarrowingLower(numbers);
        *(uint*)address = AdvSimd.ExtractNarrowingLower(Vector128.Create(words, words)).AsUInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        AdvSimd.FusedMultiplyAdd(c, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => AdvSimd.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) => AdvSimd.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SelectLess(
        Vector128<float> a, Vector128<float> b, Vector128<float> whenLess, Vector128<float> otherwise) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a, b), whenLess, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PowerOfTwo(Vector128<float> exponent) =>
        ((Vector128.ConvertToInt32Native(exponent) + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector128<float> a = Load(from), b = Load(from + fromStride), c = Load(from + (2 * fromStride)), d = Load(from + (3 * fromStride));
        Vector128<float> ac0 = AdvSimd.Arm64.ZipLow(a, c), ac1 = AdvSimd.Arm64.ZipHigh(a, c);
        Vector128<float> bd0 = AdvSimd.Arm64.ZipLow(b, d), bd1 = AdvSimd.Arm64.ZipHigh(b, d);
        Store(AdvSimd.Arm64.ZipLow(ac0, bd0), to);
        Store(AdvSimd.Arm64.ZipHigh(ac0, bd0), to + toStride);
        Store(AdvSimd.Arm64.ZipLow(ac1, bd1), to + (2 * toStride));
        Store(AdvSimd.Arm64.ZipHigh(ac1, bd1), to + (3 * toStride));
    }
}
