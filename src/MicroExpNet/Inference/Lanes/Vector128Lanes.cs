using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.Wasm;

namespace MicroExpNet.Inference.Lanes;

/// <summary>
/// .NET's portable vectors of four floats: x86 without AVX2 (SSE) and WebAssembly. Beside wider vectors, the trainer uses them for the
/// channels that fill only these. WebAssembly's interpreter has no instructions for some portable methods and calls scalar loops in their
/// place, so each of those names the instruction.
/// </summary>
internal readonly unsafe struct Vector128Lanes : IFloatLanes<Vector128<float>>
{
    public static string Name => "128-bit vectors";

    // ARM has lanes of its own.
    public static bool IsSupported => Vector128.IsHardwareAccelerated && !AdvSimd.Arm64.IsSupported;

    public static string? HidingVariable => "DOTNET_EnableHWIntrinsic";

    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* address) =>
        PackedSimd.IsSupported ? PackedSimd.LoadVector128(address) : Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBytes(byte* address)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(address)).AsByte();
        if (PackedSimd.IsSupported)
        {
            return PackedSimd.ConvertToSingle(PackedSimd.ZeroExtendWideningLower(PackedSimd.ZeroExtendWideningLower(bytes)).AsInt32());
        }

        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* address)
    {
        if (PackedSimd.IsSupported) PackedSimd.Store(address, value);
        else value.Store(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector128<float> value, Vector128<float> zeroPoint, byte* address)
    {
        if (PackedSimd.IsSupported)
        {
            Vector128<int> rounded = PackedSimd.ConvertToInt32Saturate(PackedSimd.RoundToNearest(value) + zeroPoint);
            Vector128<short> halves = PackedSimd.ConvertNarrowingSaturateSigned(rounded, rounded);
            *(uint*)address = PackedSimd.ConvertNarrowingSaturateUnsigned(halves, halves).AsUInt32().ToScalar();
            return;
        }

        Vector128<int> numbers = Vector128.ConvertToInt32Native(Vector128.Round(value) + zeroPoint);
        Vector128<short> words = Vector128.Narrow(numbers, numbers);
        Unsafe.WriteUnaligned(address, Vector128.Narrow(words.AsUInt16(), words.AsUInt16()).AsUInt32().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        PackedSimd.IsSupported ? (a * b) + c : Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) =>
        PackedSimd.IsSupported ? PackedSimd.PseudoMax(b, a) : Vector128.MaxNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) =>
        PackedSimd.IsSupported ? PackedSimd.PseudoMin(b, a) : Vector128.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SelectLess(
        Vector128<float> a, Vector128<float> b, Vector128<float> whenLess, Vector128<float> otherwise) =>
        Vector128.ConditionalSelect(
            PackedSimd.IsSupported ? PackedSimd.CompareLessThan(a, b) : Vector128.LessThan(a, b), whenLess, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> PowerOfTwo(Vector128<float> exponent) =>
        (((PackedSimd.IsSupported ? PackedSimd.ConvertToInt32Saturate(exponent) : Vector128.ConvertToInt32Native(exponent))
            + Vector128.Create(127)) << 23).AsSingle();

    // Rows a and c, b and d are interleaved, then the results.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector128<float> a = Load(from), b = Load(from + fromStride), c = Load(from + (2 * fromStride)), d = Load(from + (3 * fromStride));
        InterleaveRows(a, c, out Vector128<float> ac0, out Vector128<float> ac1);
        InterleaveRows(b, d, out Vector128<float> bd0, out Vector128<float> bd1);
        InterleaveRows(ac0, bd0, out a, out b);
        InterleaveRows(ac1, bd1, out c, out d);
        Store(a, to);
        Store(b, to + toStride);
        Store(c, to + (2 * toStride));
        Store(d, to + (3 * toStride));
    }

    // Shuffles of one vector and selections are what every implementation of Vector128 does in an instruction or two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InterleaveRows(Vector128<float> a, Vector128<float> b, out Vector128<float> low, out Vector128<float> high)
    {
        Vector128<int> odd = Vector128.Create(0, -1, 0, -1);
        low = Vector128.ConditionalSelect(
            odd.AsSingle(), Vector128.Shuffle(b, Vector128.Create(0, 0, 1, 1)), Vector128.Shuffle(a, Vector128.Create(0, 0, 1, 1)));
        high = Vector128.ConditionalSelect(
            odd.AsSingle(), Vector128.Shuffle(b, Vector128.Create(2, 2, 3, 3)), Vector128.Shuffle(a, Vector128.Create(2, 2, 3, 3)));
    }
}
