using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroExpNet.Inference.Lanes;

/// <summary>AVX2 with FMA: eight floats.</summary>
internal readonly unsafe struct Avx2Lanes : IFloatLanes<Vector256<float>>
{
    public static string Name => "AVX2";

    // Compiled ahead of time, kernels cannot be wider than the program was compiled for, whatever the processor has.
    public static bool IsSupported =>
        Avx2.IsSupported && Fma.IsSupported && (RuntimeFeature.IsDynamicCodeCompiled || Vector256.IsHardwareAccelerated);

    public static string? HidingVariable => "DOTNET_EnableAVX2";

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* address) => Vector256.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBytes(byte* address) => Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* address) => value.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector256<float> value, Vector256<float> zeroPoint, byte* address)
    {
        Vector256<int> numbers = Avx.ConvertToVector256Int32(value) + Avx.ConvertToVector256Int32(zeroPoint);
        Vector128<short> words = Sse2.PackSignedSaturate(numbers.GetLower(), numbers.GetUpper());
        Sse2.StoreScalar((long*)address, Sse2.PackUnsignedSaturate(words, words).AsInt64());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Fma.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Avx.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) => Avx.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SelectLess(
        Vector256<float> a, Vector256<float> b, Vector256<float> whenLess, Vector256<float> otherwise) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, b), whenLess, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> PowerOfTwo(Vector256<float> exponent) =>
        ((Vector256.ConvertToInt32Native(exponent) + Vector256.Create(127)) << 23).AsSingle();

    // Four rows are transposed within each 128-bit half of the vectors; then the halves are exchanged.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* from, nint fromStride, float* to, nint toStride)
    {
        TransposeFourRows(
            from, fromStride, out Vector256<float> a0, out Vector256<float> a1, out Vector256<float> a2, out Vector256<float> a3);
        float* b = from + (4 * fromStride);
        TransposeFourRows(
            b, fromStride, out Vector256<float> b0, out Vector256<float> b1, out Vector256<float> b2, out Vector256<float> b3);
        Store(Avx.Permute2x128(a0, b0, 0x20), to);
        Store(Avx.Permute2x128(a1, b1, 0x20), to + toStride);
        Store(Avx.Permute2x128(a2, b2, 0x20), to + (2 * toStride));
        Store(Avx.Permute2x128(a3, b3, 0x20), to + (3 * toStride));
        Store(Avx.Permute2x128(a0, b0, 0x31), to + (4 * toStride));
        Store(Avx.Permute2x128(a1, b1, 0x31), to + (5 * toStride));
        Store(Avx.Permute2x128(a2, b2, 0x31), to + (6 * toStride));
        Store(Avx.Permute2x128(a3, b3, 0x31), to + (7 * toStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFourRows(
        float* from, nint stride, out Vector256<float> column0, out Vector256<float> column1, out Vector256<float> column2,
        out Vector256<float> column3)
    {
        Vector256<float> a = Load(from), b = Load(from + stride), c = Load(from + (2 * stride)), d = Load(from + (3 * stride));
        Vector256<float> ab0 = Avx.UnpackLow(a, b), ab1 = Avx.UnpackHigh(a, b), cd0 = Avx.UnpackLow(c, d), cd1 = Avx.UnpackHigh(c, d);
        column0 = Avx.Shuffle(ab0, cd0, 0x44);
        column1 = Avx.Shuffle(ab0, cd0, 0xEE);
        column2 = Avx.Shuffle(ab1, cd1, 0x44);
        column3 = Avx.Shuffle(ab1, cd1, 0xEE);
    }
}
