using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// A fully connected layer with bias and activation, for one image. Every weight is used once, so its speed is that of reading them; the
/// inputs go by four at a time, each with sums of its own, to hide the latency of the additions.
/// </summary>
internal sealed unsafe class FullyConnectedStep<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private readonly PackedFilters _filters;
    private readonly Clamp _clamp;
    private readonly int _inputStart;
    private readonly int _inputCount;
    private readonly int _outputStart;

    public FullyConnectedStep(FullyConnected layer, LayerParameters parameters, Region input, Region output, Clamp clamp)
    {
        _filters = PackedFilters.Pack(parameters, layer.InputCount, layer.OutputShape.Channels, groups: 1, TLanes.Count);
        _clamp = clamp;
        _inputStart = input.Offset;
        _inputCount = layer.InputCount;
        _outputStart = output.Offset;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* scratch)
    {
        float* sums = stackalloc float[2 * TLanes.Count];
        foreach (FilterBlock block in _filters.Blocks)
        {
            float* input = scratch + _inputStart;
            if (block.Vectors == 2) SumTwoVectors(block, input, sums);
            else SumOneVector(block, input, sums);
            float* output = scratch + _outputStart + block.FirstFilter;
            for (int i = 0; i < block.Filters; i++) output[i] = Math.Min(Math.Max(sums[i], _clamp.Minimum), _clamp.Maximum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumTwoVectors(FilterBlock block, float* input, float* sums)
    {
        float* weights = _filters.Weights(block);
        TVector zero = TLanes.Broadcast(0);
        TVector a0 = TLanes.Load(_filters.Biases(block)), a1 = TLanes.Load(_filters.Biases(block) + TLanes.Count);
        TVector b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero;
        float* end = input + _inputCount;
        for (; input <= end - 4; input += 4)
        {
            TVector x = TLanes.Broadcast(input[0]);
            a0 = TLanes.MultiplyAdd(x, TLanes.Load(weights), a0);
            a1 = TLanes.MultiplyAdd(x, TLanes.Load(weights + TLanes.Count), a1);
            x = TLanes.Broadcast(input[1]);
            b0 = TLanes.MultiplyAdd(x, TLanes.Load(weights + (2 * TLanes.Count)), b0);
            b1 = TLanes.MultiplyAdd(x, TLanes.Load(weights + (3 * TLanes.Count)), b1);
            x = TLanes.Broadcast(input[2]);
            c0 = TLanes.MultiplyAdd(x, TLanes.Load(weights + (4 * TLanes.Count)), c0);
            c1 = TLanes.MultiplyAdd(x, TLanes.Load(weights + (5 * TLanes.Count)), c1);
            x = TLanes.Broadcast(input[3]);
            d0 = TLanes.MultiplyAdd(x, TLanes.Load(weights + (6 * TLanes.Count)), d0);
            d1 = TLanes.MultiplyAdd(x, TLanes.Load(weights + (7 * TLanes.Count)), d1);
            weights += 8 * TLanes.Count;
        }

        for (; input < end; input++)
        {
            TVector x = TLanes.Broadcast(*input);
            a0 = TLanes.MultiplyAdd(x, TLanes.Load(weights), a0);
            a1 = TLanes.MultiplyAdd(x, TLanes.Load(weights + TLanes.Count), a1);
            weights += 2 * TLanes.Count;
        }

        TLanes.Store(TLanes.Add(TLanes.Add(a0, b0), TLanes.Add(c0, d0)), sums);
        TLanes.Store(TLanes.Add(TLanes.Add(a1, b1), TLanes.Add(c1, d1)), sums + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumOneVector(FilterBlock block, float* input, float* sums)
    {
        float* weights = _filters.Weights(block);
        TVector zero = TLanes.Broadcast(0);
        TVector a = TLanes.Load(_filters.Biases(block)), b = zero, c = zero, d = zero;
        float* end = input + _inputCount;
        for (; input <= end - 4; input += 4)
        {
            a = TLanes.MultiplyAdd(TLanes.Broadcast(input[0]), TLanes.Load(weights), a);
            b = TLanes.MultiplyAdd(TLanes.Broadcast(input[1]), TLanes.Load(weights + TLanes.Count), b);
            c = TLanes.MultiplyAdd(TLanes.Broadcast(input[2]), TLanes.Load(weights + (2 * TLanes.Count)), c);
            d = TLanes.MultiplyAdd(TLanes.Broadcast(input[3]), TLanes.Load(weights + (3 * TLanes.Count)), d);
            weights += 4 * TLanes.Count;
        }

        for (; input < end; input++)
        {
            a = TLanes.MultiplyAdd(TLanes.Broadcast(*input), TLanes.Load(weights), a);
            weights += TLanes.Count;
        }

        TLanes.Store(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), sums);
    }
}
