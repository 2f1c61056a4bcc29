using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroExpNet.Inference.Lanes;

/// <summary>AVX-512: sixteen floats.</summary>
internal readonly unsafe struct Avx512Lanes : IFloatLanes<Vector512<float>>
{
    public static string Name => "AVX-512";

    // Compiled ahead of time, kernels cannot be wider than the program was compiled for, whatever the processor has.
    public static bool IsSupported => Avx512F.IsSupported && (RuntimeFeature.IsDynamicCodeCompiled || Vector512.IsHardwareAccelerated);

    public static string? HidingVariable => "DOTNET_EnableAVX512";

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* address) => Vector512.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBytes(byte* address) =>
        Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load(address)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* address) => value.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector512<float> value, Vector512<float> zeroPoint, byte* address) =>
        Avx512F.ConvertToVector128Byte(Avx512F.ConvertToVector512Int32(value) + Avx512F.ConvertToVector512Int32(zeroPoint))
            .Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Avx512F.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Avx512F.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) => Avx512F.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SelectLess(
        Vector512<float> a, Vector512<float> b, Vector512<float> whenLess, Vector512<float> otherwise) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b), whenLess, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PowerOfTwo(Vector512<float> exponent) =>
        ((Vector512.ConvertToInt32Native(exponent) + Vector512.Create(127)) << 23).AsSingle();

    // Groups of four rows are transposed within each 128-bit quarter of the vectors; then the quarters are, a 4×4 matrix of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* from, nint fromStride, float* to, nint toStride)
    {
        TransposeFourRows(
            from, fromStride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        float* b = from + (4 * fromStride);
        TransposeFourRows(
            b, fromStride, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        float* c = from + (8 * fromStride);
        TransposeFourRows(
            c, fromStride, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
        float* d = from + (12 * fromStride);
        TransposeFourRows(
            d, fromStride, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
        TransposeQuarters(a0, b0, c0, d0, to, 4 * toStride);
        TransposeQuarters(a1, b1, c1, d1, to + toStride, 4 * toStride);
        TransposeQuarters(a2, b2, c2, d2, to + (2 * toStride), 4 * toStride);
        TransposeQuarters(a3, b3, c3, d3, to + (3 * toStride), 4 * toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFourRows(
        float* from, nint stride, out Vector512<float> column0, out Vector512<float> column1, out Vector512<float> column2,
        out Vector512<float> column3)
    {
        Vector512<float> a = Load(from), b = Load(from + stride), c = Load(from + (2 * stride)), d = Load(from + (3 * stride));
        Vector512<float> ab0 = Avx512F.UnpackLow(a, b), ab1 = Avx512F.UnpackHigh(a, b), cd0 = Avx512F.UnpackLow(c, d),
            cd1 = Avx512F.UnpackHigh(c, d);
        column0 = Avx512F.Shuffle(ab0, cd0, 0x44);
        column1 = Avx512F.Shuffle(ab0, cd0, 0xEE);
        column2 = Avx512F.Shuffle(ab1, cd1, 0x44);
        column3 = Avx512F.Shuffle(ab1, cd1, 0xEE);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeQuarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* to, nint stride)
    {
        Vector512<float> ab0 = Avx512F.Shuffle4x128(a, b, 0x88), ab1 = Avx512F.Shuffle4x128(a, b, 0xDD);
        Vector512<float> cd0 = Avx512F.Shuffle4x128(c, d, 0x88), cd1 = Avx512F.Shuffle4x128(c, d, 0xDD);
        Store(Avx512F.Shuffle4x128(ab0, cd0, 0x88), to);
        Store(Avx512F.Shuffle4x128(ab1, cd1, 0x88), to + stride);
        Store(Avx512F.Shuffle4x128(ab0, cd0, 0xDD), to + (2 * stride));
        Store(Avx512F.Shuffle4x128(ab1, cd1, 0xDD), to + (3 * stride));
    }
}
