using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A fully connected layer with bias and activation, for one image or several. Alone, every weight is used once, so its speed is that of
/// reading them; several images read them together. The inputs are summed in four quarters, to hide the latency of the additions, by both
/// ways alike, so that an image's answer does not depend on its company.
/// </summary>
internal sealed unsafe class FullyConnectedStep<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private const int Quarters = 4;

    private readonly PackedFilters _filters;
    private readonly ActivationRange _clamp;
    private readonly int _inputStart;
    private readonly int _inputCount;
    private readonly int _outputStart;

    public FullyConnectedStep(FullyConnected layer, LayerParameters parameters, FusedLayer fused)
    {
        _filters = PackedFilters.Pack(parameters, layer.InputCount, layer.OutputShape.Channels, groups: 1, TLanes.Count);
        _clamp = fused.Range;
        _inputStart = fused.Input.Offset;
        _inputCount = layer.InputCount;
        _outputStart = fused.Output.Offset;
        OutputCount = layer.OutputShape.Channels;
    }

    public int OutputCount { get; }

    public override void Run(float* scratch) => Run(scratch + _inputStart, 0, scratch + _outputStart, 0, 1);

    /// <summary>Computes the layer for several images.</summary>
    /// <param name="input">The first image's inputs.</param>
    /// <param name="inputStride">Floats from one image's inputs to the next one's.</param>
    /// <param name="output">Where the first image's outputs go.</param>
    /// <param name="outputStride">Floats from one image's outputs to the next one's.</param>
    /// <param name="images">Number of images, few enough for their sums to lie on the stack.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(float* input, int inputStride, float* output, int outputStride, int images)
    {
        float* sums = stackalloc float[Quarters * images * 2 * TLanes.Count];
        foreach (FilterBlock block in _filters.Blocks)
        {
            int width = block.Vectors * TLanes.Count;
            if (images > 1) SumSeveral(block, input, inputStride, sums, images);
            else if (block.Vectors == 2) SumTwoVectors(block, input, sums);
            else SumOneVector(block, input, sums);
            float* biases = _filters.Biases(block);
            for (int image = 0; image < images; image++)
            {
                float* to = output + (image * outputStride) + block.FirstFilter;
                float* a = sums + (image * width), b = a + (images * width), c = b + (images * width), d = c + (images * width);
                for (int i = 0; i < block.Filters; i++) to[i] = Math.Min(Math.Max(a[i] + b[i] + (c[i] + d[i]) + biases[i], _clamp.Minimum), _clamp.Maximum);
            }
        }
    }

    // [quarter, image, filter]
    private void SumSeveral(FilterBlock block, float* input, int inputStride, float* sums, int images)
    {
        int width = block.Vectors * TLanes.Count, quarter = _inputCount / Quarters, start = 0;
        for (int i = 0; i < Quarters; i++)
        {
            int length = i < Quarters - 1 ? quarter : _inputCount - start;
            MatrixProduct<TLanes, TVector>.MultiplyRows(
                input, inputStride, &start, &start + 1, length, _filters.Weights(block) + (start * width), block.Vectors == 2, sums + (i * images * width), width, images);
            start += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumTwoVectors(FilterBlock block, float* input, float* sums)
    {
        nint quarter = _inputCount / Quarters;
        float* a = _filters.Weights(block);
        float* b = a + (quarter * 2 * TLanes.Count);
        float* c = b + (quarter * 2 * TLanes.Count);
        float* d = c + (quarter * 2 * TLanes.Count);
        TVector zero = TLanes.Broadcast(0);
        TVector a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero;
        float* end = input + quarter;
        for (; input < end; input++)
        {
            TVector x = TLanes.Broadcast(input[0]);
            a0 = TLanes.MultiplyAdd(x, TLanes.Load(a), a0);
            a1 = TLanes.MultiplyAdd(x, TLanes.Load(a + TLanes.Count), a1);
            x = TLanes.Broadcast(input[quarter]);
            b0 = TLanes.MultiplyAdd(x, TLanes.Load(b), b0);
            b1 = TLanes.MultiplyAdd(x, TLanes.Load(b + TLanes.Count), b1);
            x = TLanes.Broadcast(input[2 * quarter]);
            c0 = TLanes.MultiplyAdd(x, TLanes.Load(c), c0);
            c1 = TLanes.MultiplyAdd(x, TLanes.Load(c + TLanes.Count), c1);
            x = TLanes.Broadcast(input[3 * quarter]);
            d0 = TLanes.MultiplyAdd(x, TLanes.Load(d), d0);
            d1 = TLanes.MultiplyAdd(x, TLanes.Load(d + TLanes.Count), d1);
            a += 2 * TLanes.Count;
            b += 2 * TLanes.Count;
            c += 2 * TLanes.Count;
            d += 2 * TLanes.Count;
        }

        // The last quarter has what is left of the division.
        input += 3 * quarter;
        for (end = input + (_inputCount % Quarters); input < end; input++, d += 2 * TLanes.Count)
        {
            TVector x = TLanes.Broadcast(*input);
            d0 = TLanes.MultiplyAdd(x, TLanes.Load(d), d0);
            d1 = TLanes.MultiplyAdd(x, TLanes.Load(d + TLanes.Count), d1);
        }

        TLanes.Store(a0, sums);
        TLanes.Store(a1, sums + TLanes.Count);
        TLanes.Store(b0, sums + (2 * TLanes.Count));
        TLanes.Store(b1, sums + (3 * TLanes.Count));
        TLanes.Store(c0, sums + (4 * TLanes.Count));
        TLanes.Store(c1, sums + (5 * TLanes.Count));
        TLanes.Store(d0, sums + (6 * TLanes.Count));
        TLanes.Store(d1, sums + (7 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumOneVector(FilterBlock block, float* input, float* sums)
    {
        nint quarter = _inputCount / Quarters;
        float* a = _filters.Weights(block);
        float* b = a + (quarter * TLanes.Count);
        float* c = b + (quarter * TLanes.Count);
        float* d = c + (quarter * TLanes.Count);
        TVector a0 = TLanes.Broadcast(0), b0 = a0, c0 = a0, d0 = a0;
        float* end = input + quarter;
        for (; input < end; input++)
        {
            a0 = TLanes.MultiplyAdd(TLanes.Broadcast(input[0]), TLanes.Load(a), a0);
            b0 = TLanes.MultiplyAdd(TLanes.Broadcast(input[quarter]), TLanes.Load(b), b0);
            c0 = TLanes.MultiplyAdd(TLanes.Broadcast(input[2 * quarter]), TLanes.Load(c), c0);
            d0 = TLanes.MultiplyAdd(TLanes.Broadcast(input[3 * quarter]), TLanes.Load(d), d0);
            a += TLanes.Count;
            b += TLanes.Count;
            c += TLanes.Count;
            d += TLanes.Count;
        }

        input += 3 * quarter;
        for (end = input + (_inputCount % Quarters); input < end; input++, d += TLanes.Count)
        {
            d0 = TLanes.MultiplyAdd(TLanes.Broadcast(*input), TLanes.Load(d), d0);
        }

        TLanes.Store(a0, sums);
        TLanes.Store(b0, sums + TLanes.Count);
        TLanes.Store(c0, sums + (2 * TLanes.Count));
        TLanes.Store(d0, sums + (3 * TLanes.Count));
    }
}
