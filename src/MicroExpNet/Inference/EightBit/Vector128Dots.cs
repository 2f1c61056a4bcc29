using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// .NET's portable vectors: four sums. With SSSE3, pairs of products are added in 16 bits, pairs of those in 32; WebAssembly multiplies
/// pairs of 16-bit integers; elsewhere all products are widened to 32 bits first.
/// </summary>
internal readonly unsafe struct Vector128Dots : IVector128Dots<Vector128Dots>
{
    public static bool IsSupported => Vector128Lanes.IsSupported;

    public static int InputZeroPoint => 0;

    public static bool AccumulatesIn16Bits => Ssse3.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(byte* address) => PackedSimd.IsSupported
        ? PackedSimd.LoadScalarAndSplatVector128((int*)address)
        : Vector128.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> bytes, Vector128<int> weights, Vector128<int> products) => Ssse3.IsSupported
        ? (products.AsInt16() + Ssse3.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte())).AsInt32()
        : Widened(bytes, weights, products);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Widen(Vector128<int> products, Vector128<int> sums) =>
        sums + (Ssse3.IsSupported ? Sse2.MultiplyAddAdjacent(products.AsInt16(), Vector128<short>.One) : products);

    // Even and odd bytes as 16-bit integers; WebAssembly multiplies those in pairs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Dots(Vector128<short> bytes, Vector128<short> weights, Vector128<int> sums)
    {
        sums += PackedSimd.Dot(bytes & Vector128.Create((short)0xFF), (weights << 8) >> 8);
        return sums + PackedSimd.Dot(bytes >>> 8, weights >> 8);
    }

    // Of each lane, one byte and one weight after the other: shifts bring each down to the lowest bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Widened(Vector128<int> bytes, Vector128<int> weights, Vector128<int> sums)
    {
        if (PackedSimd.IsSupported) return Dots(bytes.AsInt16(), weights.AsInt16(), sums);
        Vector128<int> lowest = Vector128.Create(0xFF);
        sums += (bytes & lowest) * ((weights << 24) >> 24);
        sums += ((bytes >>> 8) & lowest) * ((weights << 16) >> 24);
        sums += ((bytes >>> 16) & lowest) * ((weights << 8) >> 24);
        return sums + ((bytes >>> 24) * (weights >> 24));
    }
}
