using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroExpNet.Inference.EightBit;

/// <summary>What the 8-bit instruction sets of 128-bit vectors have in common.</summary>
internal unsafe interface IVector128Dots : IDotLanes<Vector128<int>, Vector128<float>>
{
    static int IDotLanes<Vector128<int>, Vector128<float>>.Count => Vector128<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<Vector128<int>, Vector128<float>>.Load(int* address) => Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IDotLanes<Vector128<int>, Vector128<float>>.Store(Vector128<int> sums, int* address) => sums.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<Vector128<int>, Vector128<float>>.LoadWeights(sbyte* address) => Vector128.Load((int*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IDotLanes<Vector128<int>, Vector128<float>>.Max(Vector128<int> a, Vector128<int> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> IDotLanes<Vector128<int>, Vector128<float>>.ToFloats(Vector128<int> sums) => Vector128.ConvertToSingle(sums);
}
