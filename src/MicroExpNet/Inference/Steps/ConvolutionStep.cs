using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A direct convolution with bias and activation, dense or grouped. A tile of six output pixels by one or two vectors of filters stays in
/// registers while the taps go by: each weight is loaded once for six pixels, each input value is broadcast to all filters of the tile.
/// </summary>
/// <remarks>
/// The values a filter reads are runs of neighbours in memory: for a dense convolution one run a kernel row (columns and channels lie
/// together), for a grouped one a run for each tap of the window. The kernel knows only the runs' offsets, so it serves both.
/// </remarks>
internal sealed unsafe class ConvolutionStep<TLanes, TVector> : Step
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    private const int TilePixels = 6;

    private readonly PackedFilters _filters;
    private readonly ActivationRange _range;
    private readonly int _inputStart;
    private readonly int _outputStart;
    private readonly int _channelsPerGroup;
    private readonly int _runLength;
    private readonly int[] _runs;
    private readonly int[] _inputOffsets;
    private readonly int[] _outputOffsets;

    public ConvolutionStep(Convolution layer, LayerParameters parameters, FusedLayer fused, FilterCache filters)
    {
        Region input = fused.Input, output = fused.Output;
        Window window = layer.Window;
        int taps = window.Height * window.Width * layer.ChannelsPerGroup;
        _filters = filters.Find<PackedFilters>(fused.Position) ?? filters.Add(
            PackedFilters.Pack(parameters, taps, layer.OutputShape.Channels, layer.Groups, TLanes.Count), fused.Position);
        _range = fused.Range;
        _channelsPerGroup = layer.ChannelsPerGroup;
        _inputStart = input.Offset - (layer.Padding.Top * input.RowStride) - (layer.Padding.Left * input.PixelStride);
        _outputStart = output.Offset;
        bool dense = layer.Groups == 1;
        _runLength = dense ? window.Width * input.PixelStride : _channelsPerGroup;
        _runs = input.RunStarts(window, wholeRows: dense);
        _inputOffsets = Offsets(layer.OutputShape, window.StrideY * input.RowStride, window.StrideX * input.PixelStride);
        _outputOffsets = Offsets(layer.OutputShape, output.RowStride, output.PixelStride);
    }

    public override void Run(float* scratch)
    {
        fixed (int* inputOffsets = _inputOffsets, outputOffsets = _outputOffsets)
        {
            int last = _inputOffsets.Length - TilePixels;
            foreach (FilterBlock block in _filters.Blocks)
            {
                float* input = scratch + _inputStart + (block.Group * _channelsPerGroup);
                float* output = scratch + _outputStart + block.FirstFilter;
                if (block.Filters == block.Vectors * TLanes.Count) RunTiles(block, input, inputOffsets, 0, last, output, outputOffsets);
                else RunPartTiles(block, input, inputOffsets, last, output, outputOffsets);
            }
        }
    }

    // A block with fewer filters than its vectors hold: what follows the last filter in the output is the next pixel or a border, so each
    // tile is computed on the stack and its filters are copied.
    [SkipLocalsInit]
    private void RunPartTiles(FilterBlock block, float* input, int* inputOffsets, int last, float* output, int* outputOffsets)
    {
        int width = block.Vectors * TLanes.Count;
        float* tile = stackalloc float[TilePixels * width];
        int* tileOffsets = stackalloc int[TilePixels];
        for (int i = 0; i < TilePixels; i++) tileOffsets[i] = i * width;
        for (int pixel = 0; ;)
        {
            RunTiles(block, input, inputOffsets, pixel, pixel, tile, tileOffsets - pixel);
            for (int i = 0; i < TilePixels; i++)
            {
                Span<float> to = new(output + outputOffsets[pixel + i], block.Filters);
                new ReadOnlySpan<float>(tile + (i * width), block.Filters).CopyTo(to);
            }

            if (pixel == last) return;
            pixel = Math.Min(pixel + TilePixels, last);
        }
    }

    private void RunTiles(FilterBlock block, float* input, int* inputOffsets, int first, int last, float* output, int* outputOffsets)
    {
        fixed (int* runs = _runs)
        {
            if (block.Vectors == 2) RunTiles<Two>(block, runs, input, inputOffsets, first, last, output, outputOffsets);
            else RunTiles<One>(block, runs, input, inputOffsets, first, last, output, outputOffsets);
        }
    }

    private static int[] Offsets(TensorShape output, int rowStep, int pixelStep)
    {
        // A layer of fewer pixels than a tile is computed in one tile whose last pixels repeat the last one.
        int[] offsets = new int[Math.Max(output.Height * output.Width, TilePixels)];
        for (int i = 0; i < offsets.Length; i++)
        {
            int pixel = Math.Min(i, (output.Height * output.Width) - 1);
            offsets[i] = (pixel / output.Width * rowStep) + (pixel % output.Width * pixelStep);
        }

        return offsets;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunTiles<TVectors>(
        FilterBlock block, int* runs, float* input, int* inputOffsets, int first, int last, float* output, int* outputOffsets)
        where TVectors : struct, ICount
    {
        TileRow<TLanes, TVector, float, TVectors>.Load(_filters.Biases(block), out TVector bias0, out TVector bias1);
        TVector minimum = TLanes.Broadcast(_range.Minimum);
        TVector maximum = TLanes.Broadcast(_range.Maximum);
        nint runLength = _runLength;
        int* runsEnd = runs + _runs.Length;
        for (int pixel = first; ;)
        {
            int* from = inputOffsets + pixel;
            TVector a0 = bias0, a1 = bias1, b0 = bias0, b1 = bias1, c0 = bias0, c1 = bias1;
            TVector d0 = bias0, d1 = bias1, e0 = bias0, e1 = bias1, f0 = bias0, f1 = bias1;
            float* weights = _filters.Weights(block);
            for (int* run = runs; run < runsEnd; run++)
            {
                float* start = input + *run;
                float* a = start + from[0];
                float* b = start + from[1];
                float* c = start + from[2];
                float* d = start + from[3];
                float* e = start + from[4];
                float* f = start + from[5];
                for (nint tap = 0; tap < runLength; tap++)
                {
                    TileRow<TLanes, TVector, float, TVectors>.Load(weights, out TVector w0, out TVector w1);
                    weights += TVectors.Value * TLanes.Count;
                    TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(a + tap, w0, w1, ref a0, ref a1);
                    TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(b + tap, w0, w1, ref b0, ref b1);
                    TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(c + tap, w0, w1, ref c0, ref c1);
                    TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(d + tap, w0, w1, ref d0, ref d1);
                    TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(e + tap, w0, w1, ref e0, ref e1);
                    TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(f + tap, w0, w1, ref f0, ref f1);
                }
            }

            int* to = outputOffsets + pixel;
            Store<TVectors>(a0, a1, minimum, maximum, output + to[0]);
            Store<TVectors>(b0, b1, minimum, maximum, output + to[1]);
            Store<TVectors>(c0, c1, minimum, maximum, output + to[2]);
            Store<TVectors>(d0, d1, minimum, maximum, output + to[3]);
            Store<TVectors>(e0, e1, minimum, maximum, output + to[4]);
            Store<TVectors>(f0, f1, minimum, maximum, output + to[5]);
            if (pixel == last) return;
            pixel = Math.Min(pixel + TilePixels, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(TVector first, TVector second, TVector minimum, TVector maximum, float* output)
        where TVectors : struct, ICount => TileRow<TLanes, TVector, float, TVectors>.Store(
            TLanes.Min(TLanes.Max(first, minimum), maximum), TLanes.Min(TLanes.Max(second, minimum), maximum), output);
}
