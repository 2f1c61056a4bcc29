using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>AVX-512BW: sixteen sums. Pairs of products are added in 16 bits, pairs of those in 32.</summary>
/// <remarks>
/// Zen 4 multiplies in two of its four vector pipes and adds in all. It assigns pipes in the order of the program: where additions follow
/// each multiplication they take the multipliers' turns, and both take a fifth longer than where two multiplications come first.
/// </remarks>
internal readonly unsafe struct Avx512Dots : IDotLanes<Avx512Dots, Vector512<int>, Vector512<float>>
{
    public static bool IsSupported => Avx512Lanes.IsSupported && Avx512BW.IsSupported;

    public static int Count => Vector512<int>.Count;

    public static int InputZeroPoint => 0;

    public static bool AccumulatesIn16Bits => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(int* address) => Vector512.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sums, int* address) => sums.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadWeights(sbyte* address) => Vector512.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(byte* address) => Vector512.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> bytes, Vector512<int> weights, Vector512<int> products) =>
        (products.AsInt16() + Avx512BW.MultiplyAddAdjacent(bytes.AsByte(), weights.AsSByte())).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen(Vector512<int> products, Vector512<int> sums) =>
        MultiplyAddPairs(products, Vector512<short>.One.AsInt32(), sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(
        Vector512<int> bytesA,
        Vector512<int> weightsA,
        ref Vector512<int> productsA,
        Vector512<int> bytesB,
        Vector512<int> weightsB,
        ref Vector512<int> productsB)
    {
        Vector512<short> a = Avx512BW.MultiplyAddAdjacent(bytesA.AsByte(), weightsA.AsSByte());
        Vector512<short> b = Avx512BW.MultiplyAddAdjacent(bytesB.AsByte(), weightsB.AsSByte());
        productsA = (productsA.AsInt16() + a).AsInt32();
        productsB = (productsB.AsInt16() + b).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(Vector512<int> productsA, ref Vector512<int> sumsA, Vector512<int> productsB, ref Vector512<int> sumsB)
    {
        Vector512<int> ones = Vector512<short>.One.AsInt32();
        MultiplyAddPairs(productsA, ones, ref sumsA, productsB, ones, ref sumsB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAddPairs(
        Vector512<int> valuesA,
        Vector512<int> weightsA,
        ref Vector512<int> sumsA,
        Vector512<int> valuesB,
        Vector512<int> weightsB,
        ref Vector512<int> sumsB)
    {
        Vector512<int> a = Avx512BW.MultiplyAddAdjacent(valuesA.AsInt16(), weightsA.AsInt16());
        Vector512<int> b = Avx512BW.MultiplyAddAdjacent(valuesB.AsInt16(), weightsB.AsInt16());
        sumsA += a;
        sumsB += b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> BroadcastPair(short* address) => Vector512.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddPairs(Vector512<int> values, Vector512<int> weights, Vector512<int> sums) =>
        sums + Avx512BW.MultiplyAddAdjacent(values.AsInt16(), weights.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Max(Vector512<int> a, Vector512<int> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToFloats(Vector512<int> sums) => Vector512.ConvertToSingle(sums);
}
