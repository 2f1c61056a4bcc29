using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroExpNet.Inference.EightBit;

/// <summary>What the 8-bit instruction sets of 256-bit vectors have in common.</summary>
internal unsafe interface IVector256Dots<TSelf> : IDotLanes<TSelf, Vector256<int>, Vector256<float>>
    where TSelf : struct, IVector256Dots<TSelf>
{
    static int IDotLanes<TSelf, Vector256<int>, Vector256<float>>.Count => Vector256<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> IDotLanes<TSelf, Vector256<int>, Vector256<float>>.Load(int* address) => Vector256.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IDotLanes<TSelf, Vector256<int>, Vector256<float>>.Store(Vector256<int> sums, int* address) => sums.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> IDotLanes<TSelf, Vector256<int>, Vector256<float>>.LoadWeights(sbyte* address) => Vector256.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> IDotLanes<TSelf, Vector256<int>, Vector256<float>>.BroadcastPair(short* address) =>
        Vector256.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> IDotLanes<TSelf, Vector256<int>, Vector256<float>>.MultiplyAddPairs(
        Vector256<int> values, Vector256<int> weights, Vector256<int> sums) =>
        sums + Avx2.MultiplyAddAdjacent(values.AsInt16(), weights.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> IDotLanes<TSelf, Vector256<int>, Vector256<float>>.Max(Vector256<int> a, Vector256<int> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> IDotLanes<TSelf, Vector256<int>, Vector256<float>>.ToFloats(Vector256<int> sums) =>
        Vector256.ConvertToSingle(sums);
}
