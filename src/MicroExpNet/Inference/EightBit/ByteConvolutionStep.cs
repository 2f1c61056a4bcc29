using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A convolution, or a fully connected layer, of bytes: dense or grouped, with bias and activation, and with the max pool of 2×2 behind it.
/// Four pixels by one or two vectors of filters stay in registers while the taps go by, eight at a time; where a pool follows, the four are
/// its window.
/// </summary>
/// <remarks>
/// The kernel knows only where four taps lie next to each other. Sums are whole numbers, so every instruction set gives
/// the same, and one multiplication by a float makes them steps of the output, as ONNX Runtime's <c>QLinearConv</c> does.
/// </remarks>
internal sealed unsafe class ByteConvolutionStep<TDots, TSums, TLanes, TFloats> : Step
    where TDots : struct, IDotLanes<TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, ILanes<TFloats>
    where TFloats : unmanaged
{
    private const int TilePixels = 4;
    private const int MaxVectors = 2;

    private readonly PackedByteFilters _filters;
    private readonly Region _output;
    private readonly bool _pools;
    private readonly int _inputStart;
    private readonly int _channelsPerGroup;
    private readonly int[] _quadOffsets;
    private readonly int[] _inputOffsets;
    private readonly int[] _outputOffsets;
    private readonly float _minimum;
    private readonly float _maximum;
    private readonly float _shift;

    /// <summary>Prepares a convolution.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">Its 8-bit parameters.</param>
    /// <param name="fused">What it reads, bytes, and where it writes.</param>
    public ByteConvolutionStep(Convolution layer, ByteParameters parameters, FusedLayer fused)
    {
        Region input = fused.Input, output = fused.Output;
        Window window = layer.Window;
        _channelsPerGroup = layer.ChannelsPerGroup;
        int[] runs = layer.Groups == 1
            ? [.. Enumerable.Range(0, window.Height).Select(row => row * input.RowStride)]
            : [.. Enumerable.Range(0, window.Height * window.Width).Select(i => (i / window.Width * input.RowStride) + (i % window.Width * input.PixelStride))];
        TapQuads quads = TapQuads.Of(layer);
        _filters = Pack(parameters, quads, layer.Groups, input, output);
        _quadOffsets = [.. _filters.Order.Select(quad => runs[quad / quads.InRun] + (quad % quads.InRun * TapQuads.Length))];
        _inputStart = input.Offset - (layer.Padding.Top * input.RowStride) - (layer.Padding.Left * input.PixelStride);
        _output = output;
        _pools = fused.Pools;
        TensorShape own = layer.OutputShape;
        int step = _pools ? 2 : 1;
        _inputOffsets = new int[output.Shape.Height * output.Shape.Width * step * step];
        _outputOffsets = new int[output.Shape.Height * output.Shape.Width];
        for (int y = 0, pixel = 0, at = 0; y < output.Shape.Height; y++)
        {
            for (int x = 0; x < output.Shape.Width; x++)
            {
                _outputOffsets[pixel++] = (y * output.RowStride) + (x * output.PixelStride);
                for (int i = 0; i < step * step; i++)
                {
                    // A window that reaches over the edge takes its last row or column twice, which changes no maximum.
                    int row = Math.Min((y * step) + (i / 2), own.Height - 1), column = Math.Min((x * step) + (i % 2), own.Width - 1);
                    _inputOffsets[at++] = (row * window.StrideY * input.RowStride) + (column * window.StrideX * input.PixelStride);
                }
            }
        }

        (_minimum, _maximum, _shift) = output.Bounds(fused.Range);
    }

    /// <summary>Prepares a fully connected layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">Its 8-bit parameters.</param>
    /// <param name="fused">What it reads, packed bytes, and where it writes.</param>
    public ByteConvolutionStep(FullyConnected layer, ByteParameters parameters, FusedLayer fused)
    {
        Region input = fused.Input, output = fused.Output;
        _filters = Pack(parameters, TapQuads.Of(layer), 1, input, output);
        _quadOffsets = [.. _filters.Order.Select(quad => quad * TapQuads.Length)];
        _inputStart = input.Offset;
        _output = output;
        _inputOffsets = [0];
        _outputOffsets = [0];
        (_minimum, _maximum, _shift) = output.Bounds(fused.Range);
    }

    public override void Run(float* scratch)
    {
        // The tile's sums, and behind them a vector for the last filters of a layer that do not fill one.
        int* sums = stackalloc int[((TilePixels * MaxVectors) + 1) * TDots.Count];
        float* part = (float*)(sums + (TilePixels * MaxVectors * TDots.Count));
        fixed (int* quads = _quadOffsets, inputOffsets = _inputOffsets)
        {
            foreach (FilterBlock block in _filters.Blocks)
            {
                byte* input = (byte*)scratch + _inputStart + (block.Group * _channelsPerGroup);
                int count = _inputOffsets.Length, tiles = count / TilePixels, done = tiles * TilePixels;
                if (block.Vectors == 2) RunTiles(block, quads, input, inputOffsets, tiles, sums, part, scratch);
                else RunNarrowTiles(block, quads, input, inputOffsets, tiles, sums, part, scratch);
                for (int pixel = done; pixel < count; pixel++)
                {
                    if (block.Vectors == 2) SumPixel(block, quads, input + inputOffsets[pixel], sums);
                    else SumNarrowPixel(block, quads, input + inputOffsets[pixel], sums);
                    Finish(block, sums, pixel, 1, part, scratch);
                }
            }
        }
    }

    private static PackedByteFilters Pack(ByteParameters parameters, TapQuads quads, int groups, Region input, Region output)
    {
        int filters = parameters.Biases.Length;
        TensorQuantization from = input.Quantization!.Value;
        int[] sums = [.. parameters.Biases];
        for (int i = 0; i < parameters.Weights.Length; i++) sums[i % filters] -= parameters.Weights[i] * (from.ZeroPoint - TDots.InputShift);
        float[] factors = [.. parameters.Scales.Select(scale => output.Quantization is { } to ? from.Scale * scale / to.Scale : from.Scale * scale)];
        return new PackedByteFilters(parameters.Weights, sums, factors, quads, groups, TDots.Count, TDots.SumsInWords);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunTiles(FilterBlock block, int* quads, byte* input, int* inputOffsets, int tiles, int* sums, float* part, float* scratch)
    {
        int* biases = _filters.Sums(block);
        TSums start0 = TDots.Load(biases), start1 = TDots.Load(biases + TDots.Count);
        int* paired = quads + _filters.Paired, end = quads + _quadOffsets.Length;
        for (int tile = 0; tile < tiles; tile++, inputOffsets += TilePixels)
        {
            TSums a0 = start0, a1 = start1, b0 = start0, b1 = start1, c0 = start0, c1 = start1, d0 = start0, d1 = start1;
            sbyte* weights = _filters.Weights(block);
            byte* a = input + inputOffsets[0];
            byte* b = input + inputOffsets[1];
            byte* c = input + inputOffsets[2];
            byte* d = input + inputOffsets[3];
            int* quad = quads;
            for (; quad < paired; quad += 2)
            {
                nint first = quad[0], second = quad[1];
                TSums v0 = TDots.LoadWeights(weights), v1 = TDots.LoadWeights(weights + (4 * TDots.Count));
                TSums w0 = TDots.LoadWeights(weights + (8 * TDots.Count)), w1 = TDots.LoadWeights(weights + (12 * TDots.Count));
                weights += 16 * TDots.Count;
                TSums x = TDots.Spread(a + first), y = TDots.Spread(a + second);
                a0 = TDots.MultiplyAdd(x, v0, y, w0, a0);
                a1 = TDots.MultiplyAdd(x, v1, y, w1, a1);
                x = TDots.Spread(b + first);
                y = TDots.Spread(b + second);
                b0 = TDots.MultiplyAdd(x, v0, y, w0, b0);
                b1 = TDots.MultiplyAdd(x, v1, y, w1, b1);
                x = TDots.Spread(c + first);
                y = TDots.Spread(c + second);
                c0 = TDots.MultiplyAdd(x, v0, y, w0, c0);
                c1 = TDots.MultiplyAdd(x, v1, y, w1, c1);
                x = TDots.Spread(d + first);
                y = TDots.Spread(d + second);
                d0 = TDots.MultiplyAdd(x, v0, y, w0, d0);
                d1 = TDots.MultiplyAdd(x, v1, y, w1, d1);
            }

            for (; quad < end; quad++)
            {
                nint only = *quad;
                TSums w0 = TDots.LoadWeights(weights), w1 = TDots.LoadWeights(weights + (4 * TDots.Count));
                weights += 8 * TDots.Count;
                TSums x = TDots.Spread(a + only);
                a0 = TDots.MultiplyAdd(x, w0, a0);
                a1 = TDots.MultiplyAdd(x, w1, a1);
                x = TDots.Spread(b + only);
                b0 = TDots.MultiplyAdd(x, w0, b0);
                b1 = TDots.MultiplyAdd(x, w1, b1);
                x = TDots.Spread(c + only);
                c0 = TDots.MultiplyAdd(x, w0, c0);
                c1 = TDots.MultiplyAdd(x, w1, c1);
                x = TDots.Spread(d + only);
                d0 = TDots.MultiplyAdd(x, w0, d0);
                d1 = TDots.MultiplyAdd(x, w1, d1);
            }

            Keep(a0, sums, 0);
            Keep(a1, sums, 1);
            Keep(b0, sums, 2);
            Keep(b1, sums, 3);
            Keep(c0, sums, 4);
            Keep(c1, sums, 5);
            Keep(d0, sums, 6);
            Keep(d1, sums, 7);
            FinishTile(block, sums, tile, part, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunNarrowTiles(FilterBlock block, int* quads, byte* input, int* inputOffsets, int tiles, int* sums, float* part, float* scratch)
    {
        TSums start = TDots.Load(_filters.Sums(block));
        int* paired = quads + _filters.Paired, end = quads + _quadOffsets.Length;
        for (int tile = 0; tile < tiles; tile++, inputOffsets += TilePixels)
        {
            TSums a0 = start, b0 = start, c0 = start, d0 = start;
            sbyte* weights = _filters.Weights(block);
            byte* a = input + inputOffsets[0];
            byte* b = input + inputOffsets[1];
            byte* c = input + inputOffsets[2];
            byte* d = input + inputOffsets[3];
            int* quad = quads;
            for (; quad < paired; quad += 2)
            {
                nint first = quad[0], second = quad[1];
                TSums v0 = TDots.LoadWeights(weights), w0 = TDots.LoadWeights(weights + (4 * TDots.Count));
                weights += 8 * TDots.Count;
                a0 = TDots.MultiplyAdd(TDots.Spread(a + first), v0, TDots.Spread(a + second), w0, a0);
                b0 = TDots.MultiplyAdd(TDots.Spread(b + first), v0, TDots.Spread(b + second), w0, b0);
                c0 = TDots.MultiplyAdd(TDots.Spread(c + first), v0, TDots.Spread(c + second), w0, c0);
                d0 = TDots.MultiplyAdd(TDots.Spread(d + first), v0, TDots.Spread(d + second), w0, d0);
            }

            for (; quad < end; quad++)
            {
                nint only = *quad;
                TSums w0 = TDots.LoadWeights(weights);
                weights += 4 * TDots.Count;
                a0 = TDots.MultiplyAdd(TDots.Spread(a + only), w0, a0);
                b0 = TDots.MultiplyAdd(TDots.Spread(b + only), w0, b0);
                c0 = TDots.MultiplyAdd(TDots.Spread(c + only), w0, c0);
                d0 = TDots.MultiplyAdd(TDots.Spread(d + only), w0, d0);
            }

            Keep(a0, sums, 0);
            Keep(b0, sums, 1);
            Keep(c0, sums, 2);
            Keep(d0, sums, 3);
            FinishTile(block, sums, tile, part, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumPixel(FilterBlock block, int* quads, byte* input, int* sums)
    {
        int* biases = _filters.Sums(block);
        TSums a0 = TDots.Load(biases), a1 = TDots.Load(biases + TDots.Count);
        sbyte* weights = _filters.Weights(block);
        int* quad = quads, paired = quads + _filters.Paired, end = quads + _quadOffsets.Length;
        for (; quad < paired; quad += 2)
        {
            TSums x = TDots.Spread(input + quad[0]), y = TDots.Spread(input + quad[1]);
            a0 = TDots.MultiplyAdd(x, TDots.LoadWeights(weights), y, TDots.LoadWeights(weights + (8 * TDots.Count)), a0);
            a1 = TDots.MultiplyAdd(x, TDots.LoadWeights(weights + (4 * TDots.Count)), y, TDots.LoadWeights(weights + (12 * TDots.Count)), a1);
            weights += 16 * TDots.Count;
        }

        for (; quad < end; quad++)
        {
            TSums x = TDots.Spread(input + *quad);
            a0 = TDots.MultiplyAdd(x, TDots.LoadWeights(weights), a0);
            a1 = TDots.MultiplyAdd(x, TDots.LoadWeights(weights + (4 * TDots.Count)), a1);
            weights += 8 * TDots.Count;
        }

        Keep(a0, sums, 0);
        Keep(a1, sums, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumNarrowPixel(FilterBlock block, int* quads, byte* input, int* sums)
    {
        TSums a0 = TDots.Load(_filters.Sums(block));
        sbyte* weights = _filters.Weights(block);
        int* quad = quads, paired = quads + _filters.Paired, end = quads + _quadOffsets.Length;
        for (; quad < paired; quad += 2)
        {
            a0 = TDots.MultiplyAdd(TDots.Spread(input + quad[0]), TDots.LoadWeights(weights), TDots.Spread(input + quad[1]), TDots.LoadWeights(weights + (4 * TDots.Count)), a0);
            weights += 8 * TDots.Count;
        }

        for (; quad < end; quad++)
        {
            a0 = TDots.MultiplyAdd(TDots.Spread(input + *quad), TDots.LoadWeights(weights), a0);
            weights += 4 * TDots.Count;
        }

        Keep(a0, sums, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(TSums value, int* sums, int vector) => Unsafe.WriteUnaligned(sums + (vector * TDots.Count), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FinishTile(FilterBlock block, int* sums, int tile, float* part, float* scratch)
    {
        if (!_pools)
        {
            Finish(block, sums, tile * TilePixels, TilePixels, part, scratch);
            return;
        }

        for (int vector = 0; vector < block.Vectors; vector++)
        {
            int* a = sums + (vector * TDots.Count);
            int next = block.Vectors * TDots.Count;
            Keep(TDots.Max(TDots.Max(TDots.Load(a), TDots.Load(a + next)), TDots.Max(TDots.Load(a + (2 * next)), TDots.Load(a + (3 * next)))), sums, vector);
        }

        Finish(block, sums, tile, 1, part, scratch);
    }

    // From sums to the output: bias is in them already; the step's worth, the activation, and where it is quantised the rounding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish(FilterBlock block, int* sums, int firstPixel, int pixels, float* part, float* scratch)
    {
        int width = block.Vectors * TDots.Count;
        float* factors = _filters.Factors(block, TDots.Count);
        TFloats minimum = TLanes.Broadcast(_minimum), maximum = TLanes.Broadcast(_maximum), shift = TLanes.Broadcast(_shift);
        byte* bytes = (byte*)scratch + _output.Offset + block.FirstFilter;
        float* floats = scratch + _output.Offset + block.FirstFilter;
        for (int pixel = 0; pixel < pixels; pixel++, sums += width)
        {
            int offset = _outputOffsets[firstPixel + pixel];
            for (int first = 0; first < block.Filters; first += TDots.Count)
            {
                TFloats value = TLanes.Multiply(TDots.ToFloats(TDots.Load(sums + first)), TLanes.Load(factors + first));
                value = TLanes.Min(TLanes.Max(value, minimum), maximum);
                int left = block.Filters - first;
                if (_output.HasBytes)
                {
                    byte* to = left >= TDots.Count ? bytes + offset + first : (byte*)part;
                    TLanes.StoreBytes(value, shift, to);
                    if (left < TDots.Count) new ReadOnlySpan<byte>(part, left).CopyTo(new Span<byte>(bytes + offset + first, left));
                }
                else
                {
                    TLanes.Store(value, left >= TDots.Count ? floats + offset + first : part);
                    if (left < TDots.Count) new ReadOnlySpan<float>(part, left).CopyTo(new Span<float>(floats + offset + first, left));
                }
            }
        }
    }
}
