using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.Wasm;
using System.Runtime.Intrinsics.X86;

namespace MicroExpNet.Inference.EightBit;

/// <summary>What the 8-bit instruction sets of 128-bit vectors have in common.</summary>
internal unsafe interface IVector128Dots<TSelf> : IDotLanes<TSelf, Vector128<int>, Vector128<float>>
    where TSelf : struct, IVector128Dots<TSelf>
{
    static int IDotLanes<TSelf, Vector128<int>, Vector128<float>>.Count => Vector128<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<TSelf, Vector128<int>, Vector128<float>>.Load(int* address) =>
        PackedSimd.IsSupported ? PackedSimd.LoadVector128(address) : Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IDotLanes<TSelf, Vector128<int>, Vector128<float>>.Store(Vector128<int> sums, int* address)
    {
        if (PackedSimd.IsSupported) PackedSimd.Store(address, sums);
        else sums.Store(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<TSelf, Vector128<int>, Vector128<float>>.LoadWeights(sbyte* address) =>
        PackedSimd.IsSupported ? PackedSimd.LoadVector128((int*)address) : Vector128.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<TSelf, Vector128<int>, Vector128<float>>.BroadcastPair(short* address) => PackedSimd.IsSupported
        ? PackedSimd.LoadScalarAndSplatVector128((int*)address)
        : Vector128.Create(Unsafe.ReadUnaligned<int>(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<TSelf, Vector128<int>, Vector128<float>>.MultiplyAddPairs(
        Vector128<int> values, Vector128<int> weights, Vector128<int> sums)
    {
        Vector128<short> x = values.AsInt16(), w = weights.AsInt16();
        if (Sse2.IsSupported) return sums + Sse2.MultiplyAddAdjacent(x, w);
        if (PackedSimd.IsSupported) return sums + PackedSimd.Dot(x, w);
        if (!AdvSimd.Arm64.IsSupported)
        {
            return sums + (((values << 16) >> 16) * ((weights << 16) >> 16)) + ((values >> 16) * (weights >> 16));
        }
        Vector128<int> lower = AdvSimd.MultiplyWideningLower(x.GetLower(), w.GetLower());
        return sums + AdvSimd.Arm64.AddPairwise(lower, AdvSimd.MultiplyWideningUpper(x, w));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<TSelf, Vector128<int>, Vector128<float>>.Max(Vector128<int> a, Vector128<int> b) =>
        PackedSimd.IsSupported ? PackedSimd.Max(a, b) : Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> IDotLanes<TSelf, Vector128<int>, Vector128<float>>.ToFloats(Vector128<int> sums) =>
        PackedSimd.IsSupported ? PackedSimd.ConvertToSingle(sums) : Vector128.ConvertToSingle(sums);
}
