using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;
using System.Runtime.Intrinsics.X86;

namespace MicroExpNet.Imaging;

/// <summary>
/// Operations on 8- and 16-bit vectors that .NET's portable methods do in a scalar loop where there is no AVX2 or where WebAssembly is
/// interpreted.
/// </summary>
internal static class VectorOperations
{
    /// <summary>Narrows values of 0 to 255 to bytes.</summary>
    /// <param name="low">The values of the lower half.</param>
    /// <param name="high">The values of the upper half.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<byte> Narrow(Vector<ushort> low, Vector<ushort> high) => PackedSimd.IsSupported
        ? PackedSimd.ConvertNarrowingSaturateUnsigned(low.AsVector128().AsInt16(), high.AsVector128().AsInt16()).AsVector()
        : Vector.Narrow(low, high);

    /// <summary>Narrows values of 16 bits.</summary>
    /// <param name="low">The values of the lower half.</param>
    /// <param name="high">The values of the upper half.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Narrow(Vector128<int> low, Vector128<int> high) => PackedSimd.IsSupported
        ? PackedSimd.ConvertNarrowingSaturateSigned(low, high)
        : Vector128.Narrow(low, high);

    /// <summary>The upper 16 bits of each product.</summary>
    /// <param name="values">The values.</param>
    /// <param name="weights">The weight, in all elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<short> MultiplyHigh(Vector<short> values, Vector<short> weights)
    {
        if (Avx2.IsSupported && Vector<short>.Count == Vector256<short>.Count)
        {
            return Avx2.MultiplyHigh(values.AsVector256(), weights.AsVector256()).AsVector();
        }

        if (PackedSimd.IsSupported)
        {
            Vector128<short> a = values.AsVector128(), b = weights.AsVector128();
            return PackedSimd.ConvertNarrowingSaturateSigned(
                PackedSimd.MultiplyWideningLower(a, b) >> 16, PackedSimd.MultiplyWideningUpper(a, b) >> 16).AsVector();
        }

        Vector.Widen(values, out Vector<int> low, out Vector<int> high);
        Vector.Widen(weights, out Vector<int> weight, out _);
        return Vector.Narrow((low * weight) >> 16, (high * weight) >> 16);
    }

    /// <summary>The sums of the products of neighbouring pairs.</summary>
    /// <param name="pairs">The values; the first of a pair is 0 or more.</param>
    /// <param name="weights">The weights; the first of a pair is 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyPairs(Vector128<short> pairs, Vector128<short> weights)
    {
        if (Sse2.IsSupported) return Sse2.MultiplyAddAdjacent(pairs, weights);
        if (PackedSimd.IsSupported) return PackedSimd.Dot(pairs, weights);

        Vector128<int> low = Vector128.Create(0xFFFF);
        return (pairs.AsInt32() & low) * (weights.AsInt32() & low) + (pairs.AsInt32() >> 16) * (weights.AsInt32() >> 16);
    }

    /// <summary>The sums of the two bytes of each number.</summary>
    /// <param name="pairs">The bytes in pairs.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<ushort> SumPairs(Vector<ushort> pairs) =>
        Avx2.IsSupported && Vector<ushort>.Count == Vector256<ushort>.Count
            ? Avx2.MultiplyAddAdjacent(pairs.AsVector256().AsByte(), Vector256<sbyte>.One).AsUInt16().AsVector()
            : (pairs & new Vector<ushort>(0xFF)) + (pairs >>> 8);

    /// <summary>Picks bytes by index; an index of 255 gives 0.</summary>
    /// <param name="values">The bytes.</param>
    /// <param name="indexes">0 to 15, or 255.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Shuffle(Vector128<byte> values, Vector128<byte> indexes) =>
        PackedSimd.IsSupported ? PackedSimd.Swizzle(values, indexes) : Vector128.ShuffleNative(values, indexes);
}
