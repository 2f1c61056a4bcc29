using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A fully connected layer with bias and activation, for one image or several. With one image every weight is used once, and reading them
/// limits the speed; several images share each read. Both ways sum the inputs in the same four quarters, which hides the latency of the
/// additions, so an image's result does not depend on the others.
/// </summary>
internal sealed unsafe class FullyConnectedStep<TLanes, TVector> : HeadStep
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    private const int Quarters = 4;

    private readonly PackedFilters _filters;
    private readonly ActivationRange _range;
    private readonly int _inputStart;
    private readonly int _inputCount;
    private readonly int _outputStart;

    public FullyConnectedStep(FullyConnected layer, LayerParameters parameters, FusedLayer fused)
        : base(layer.OutputShape.Channels)
    {
        _filters = PackedFilters.Pack(parameters, layer.InputCount, layer.OutputShape.Channels, groups: 1, TLanes.Count);
        _range = fused.Range;
        _inputStart = fused.Input.Offset;
        _inputCount = layer.InputCount;
        _outputStart = fused.Output.Offset;
    }

    public override void Run(float* scratch) => Run(scratch + _inputStart, 0, scratch + _outputStart, 0, 1);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* input, int inputStride, float* output, int outputStride, int images)
    {
        float* sums = stackalloc float[Quarters * images * 2 * TLanes.Count];
        foreach (FilterBlock block in _filters.Blocks)
        {
            int width = block.Vectors * TLanes.Count;
            if (images > 1) SumSeveral(block, input, inputStride, sums, images);
            else if (block.Vectors == 2) SumOne<Two>(block, input, sums);
            else SumOne<One>(block, input, sums);
            float* biases = _filters.Biases(block);
            for (int image = 0; image < images; image++)
            {
                float* to = output + (image * outputStride) + block.FirstFilter;
                float* a = sums + (image * width), b = a + (images * width), c = b + (images * width), d = c + (images * width);
                for (int i = 0; i < block.Filters; i++)
                {
                    to[i] = Math.Min(Math.Max(a[i] + b[i] + (c[i] + d[i]) + biases[i], _range.Minimum), _range.Maximum);
                }
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
            MatrixProduct<TLanes, TVector>.MultiplyBlock(
                input,
                inputStride,
                &start,
                &start + 1,
                length,
                _filters.Weights(block) + (start * width),
                block.Vectors == 2,
                sums + (i * images * width),
                width,
                images);
            start += length;
        }
    }

    // [quarter, filter]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumOne<TVectors>(FilterBlock block, float* input, float* sums)
        where TVectors : struct, ICount
    {
        nint quarter = _inputCount / Quarters;
        int width = TVectors.Value * TLanes.Count;
        float* a = _filters.Weights(block);
        float* b = a + (quarter * width);
        float* c = b + (quarter * width);
        float* d = c + (quarter * width);
        TVector a0 = TLanes.Broadcast(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
        float* end = input + quarter;
        for (; input < end; input++)
        {
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input, a, ref a0, ref a1);
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input + quarter, b, ref b0, ref b1);
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input + (2 * quarter), c, ref c0, ref c1);
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input + (3 * quarter), d, ref d0, ref d1);
            a += width;
            b += width;
            c += width;
            d += width;
        }

        // The last quarter has the remainder of the division too.
        input += 3 * quarter;
        for (end = input + (_inputCount % Quarters); input < end; input++, d += width)
        {
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input, d, ref d0, ref d1);
        }

        TileRow<TLanes, TVector, float, TVectors>.Store(a0, a1, sums);
        TileRow<TLanes, TVector, float, TVectors>.Store(b0, b1, sums + width);
        TileRow<TLanes, TVector, float, TVectors>.Store(c0, c1, sums + (2 * width));
        TileRow<TLanes, TVector, float, TVectors>.Store(d0, d1, sums + (3 * width));
    }
}
