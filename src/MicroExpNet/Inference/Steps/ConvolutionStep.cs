using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A direct convolution with bias and activation, dense or grouped. A tile of six output pixels by one or two vectors of filters stays in
/// registers while the taps go by: each tap is loaded once for six pixels, each input value is spread over all the tile's filters.
/// </summary>
/// <remarks>
/// The values a filter reads are runs of neighbours in memory: for a dense convolution one run a kernel row (columns and channels lie
/// together), for a grouped one a run for each place of the kernel. The kernel knows only the runs' offsets, so it serves both.
/// </remarks>
internal sealed unsafe class ConvolutionStep<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private const int TilePixels = 6;

    private readonly PackedFilters _filters;
    private readonly ActivationRange _clamp;
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
        _filters = filters.Packed(fused.Position, () => PackedFilters.Pack(parameters, taps, layer.OutputShape.Channels, layer.Groups, TLanes.Count));
        _clamp = fused.Range;
        _channelsPerGroup = layer.ChannelsPerGroup;
        _inputStart = input.Offset - (layer.Padding.Top * input.RowStride) - (layer.Padding.Left * input.PixelStride);
        _outputStart = output.Offset;
        bool dense = layer.Groups == 1;
        _runLength = dense ? window.Width * input.PixelStride : _channelsPerGroup;
        _runs = dense
            ? [.. Enumerable.Range(0, window.Height).Select(row => row * input.RowStride)]
            : [.. Enumerable.Range(0, window.Height * window.Width).Select(i => (i / window.Width * input.RowStride) + (i % window.Width * input.PixelStride))];
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

    // A block with fewer filters than its vectors hold: the places behind the last filter belong to the next pixel or to a border, so
    // each tile is computed beside the output and its filters are copied.
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
                new ReadOnlySpan<float>(tile + (i * width), block.Filters).CopyTo(new Span<float>(output + outputOffsets[pixel + i], block.Filters));
            }

            if (pixel == last) return;
            pixel = Math.Min(pixel + TilePixels, last);
        }
    }

    private void RunTiles(FilterBlock block, float* input, int* inputOffsets, int first, int last, float* output, int* outputOffsets)
    {
        fixed (int* runs = _runs)
        {
            if (block.Vectors == 2) RunTwoVectors(block, runs, input, inputOffsets, first, last, output, outputOffsets);
            else RunOneVector(block, runs, input, inputOffsets, first, last, output, outputOffsets);
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
    private void RunTwoVectors(FilterBlock block, int* runs, float* input, int* inputOffsets, int first, int last, float* output, int* outputOffsets)
    {
        float* biases = _filters.Biases(block);
        TVector bias0 = TLanes.Load(biases);
        TVector bias1 = TLanes.Load(biases + TLanes.Count);
        TVector minimum = TLanes.Broadcast(_clamp.Minimum);
        TVector maximum = TLanes.Broadcast(_clamp.Maximum);
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
                    TVector w0 = TLanes.Load(weights);
                    TVector w1 = TLanes.Load(weights + TLanes.Count);
                    weights += 2 * TLanes.Count;
                    TVector x = TLanes.Broadcast(a[tap]);
                    a0 = TLanes.MultiplyAdd(x, w0, a0);
                    a1 = TLanes.MultiplyAdd(x, w1, a1);
                    x = TLanes.Broadcast(b[tap]);
                    b0 = TLanes.MultiplyAdd(x, w0, b0);
                    b1 = TLanes.MultiplyAdd(x, w1, b1);
                    x = TLanes.Broadcast(c[tap]);
                    c0 = TLanes.MultiplyAdd(x, w0, c0);
                    c1 = TLanes.MultiplyAdd(x, w1, c1);
                    x = TLanes.Broadcast(d[tap]);
                    d0 = TLanes.MultiplyAdd(x, w0, d0);
                    d1 = TLanes.MultiplyAdd(x, w1, d1);
                    x = TLanes.Broadcast(e[tap]);
                    e0 = TLanes.MultiplyAdd(x, w0, e0);
                    e1 = TLanes.MultiplyAdd(x, w1, e1);
                    x = TLanes.Broadcast(f[tap]);
                    f0 = TLanes.MultiplyAdd(x, w0, f0);
                    f1 = TLanes.MultiplyAdd(x, w1, f1);
                }
            }

            int* to = outputOffsets + pixel;
            Store(a0, minimum, maximum, output + to[0]);
            Store(a1, minimum, maximum, output + to[0] + TLanes.Count);
            Store(b0, minimum, maximum, output + to[1]);
            Store(b1, minimum, maximum, output + to[1] + TLanes.Count);
            Store(c0, minimum, maximum, output + to[2]);
            Store(c1, minimum, maximum, output + to[2] + TLanes.Count);
            Store(d0, minimum, maximum, output + to[3]);
            Store(d1, minimum, maximum, output + to[3] + TLanes.Count);
            Store(e0, minimum, maximum, output + to[4]);
            Store(e1, minimum, maximum, output + to[4] + TLanes.Count);
            Store(f0, minimum, maximum, output + to[5]);
            Store(f1, minimum, maximum, output + to[5] + TLanes.Count);
            if (pixel == last) return;
            pixel = Math.Min(pixel + TilePixels, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunOneVector(FilterBlock block, int* runs, float* input, int* inputOffsets, int first, int last, float* output, int* outputOffsets)
    {
        TVector bias = TLanes.Load(_filters.Biases(block));
        TVector minimum = TLanes.Broadcast(_clamp.Minimum);
        TVector maximum = TLanes.Broadcast(_clamp.Maximum);
        nint runLength = _runLength;
        int* runsEnd = runs + _runs.Length;
        for (int pixel = first; ;)
        {
            int* from = inputOffsets + pixel;
            TVector a0 = bias, b0 = bias, c0 = bias, d0 = bias, e0 = bias, f0 = bias;
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
                    TVector w = TLanes.Load(weights);
                    weights += TLanes.Count;
                    a0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[tap]), w, a0);
                    b0 = TLanes.MultiplyAdd(TLanes.Broadcast(b[tap]), w, b0);
                    c0 = TLanes.MultiplyAdd(TLanes.Broadcast(c[tap]), w, c0);
                    d0 = TLanes.MultiplyAdd(TLanes.Broadcast(d[tap]), w, d0);
                    e0 = TLanes.MultiplyAdd(TLanes.Broadcast(e[tap]), w, e0);
                    f0 = TLanes.MultiplyAdd(TLanes.Broadcast(f[tap]), w, f0);
                }
            }

            int* to = outputOffsets + pixel;
            Store(a0, minimum, maximum, output + to[0]);
            Store(b0, minimum, maximum, output + to[1]);
            Store(c0, minimum, maximum, output + to[2]);
            Store(d0, minimum, maximum, output + to[3]);
            Store(e0, minimum, maximum, output + to[4]);
            Store(f0, minimum, maximum, output + to[5]);
            if (pixel == last) return;
            pixel = Math.Min(pixel + TilePixels, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector value, TVector minimum, TVector maximum, float* output) =>
        TLanes.Store(TLanes.Min(TLanes.Max(value, minimum), maximum), output);
}
