using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A dense or grouped convolution, or a fully connected layer, of bytes, with bias and activation and, where fused, a 2×2 max pool. The
/// sums of four pixels by one or two vectors of filters stay in registers; each pass of the inner loop adds two quads of taps. With a pool,
/// the four pixels are its window.
/// </summary>
/// <remarks>
/// The kernel reads taps in quads, four adjacent bytes. Sums are integers, so every instruction set gives the same; one multiplication by a
/// float then scales them to the output, as in ONNX Runtime's <c>QLinearConv</c>.
/// </remarks>
internal sealed unsafe class ByteDotProductStep<TDots, TSums, TLanes, TFloats> : Step
    where TDots : struct, IDotLanes<TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, IFloatLanes<TFloats>
    where TFloats : unmanaged
{
    private const int TilePixels = 4;
    private const int MaxVectors = 2;

    private readonly PackedByteFilters _filters;
    private readonly Region _output;
    private readonly bool _pools;
    private readonly bool _writesBytes;
    private readonly int _inputStart;
    private readonly int _channelsPerGroup;
    private readonly int[] _quadOffsets;
    private readonly int[] _inputOffsets;
    private readonly int[] _outputOffsets;
    private readonly float _minimum;
    private readonly float _maximum;
    private readonly float _zeroPoint;

    /// <summary>Prepares a convolution.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">Its 8-bit parameters.</param>
    /// <param name="fused">What it reads, bytes, and where it writes.</param>
    public ByteDotProductStep(Convolution layer, ByteParameters parameters, FusedLayer fused)
    {
        Region input = fused.Input, output = fused.Output;
        Window window = layer.Window;
        _channelsPerGroup = layer.ChannelsPerGroup;
        int[] runs = layer.Groups == 1
            ? [.. Enumerable.Range(0, window.Height).Select(row => row * input.RowStride)]
            : [.. Enumerable.Range(0, window.Height * window.Width).Select(Tap)];
        TapQuads quads = TapQuads.Of(layer);
        _filters = Pack(parameters, quads, layer.Groups, input, output);
        _quadOffsets = [.. _filters.Order.Select(quad => runs[quad / quads.InRun] + (quad % quads.InRun * TapQuads.Length))];
        _inputStart = input.Offset - (layer.Padding.Top * input.RowStride) - (layer.Padding.Left * input.PixelStride);
        _output = output;
        _writesBytes = output.HasBytes;
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
                    // A window that reaches past the edge reads the last row or column twice, which changes no maximum.
                    int row = Math.Min((y * step) + (i / 2), own.Height - 1), column = Math.Min((x * step) + (i % 2), own.Width - 1);
                    _inputOffsets[at++] = (row * window.StrideY * input.RowStride) + (column * window.StrideX * input.PixelStride);
                }
            }
        }

        (_minimum, _maximum, _zeroPoint) = output.Bounds(fused.Range);

        int Tap(int i) => (i / window.Width * input.RowStride) + (i % window.Width * input.PixelStride);
    }

    /// <summary>Prepares a fully connected layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">Its 8-bit parameters.</param>
    /// <param name="fused">What it reads, packed bytes, and where it writes.</param>
    public ByteDotProductStep(FullyConnected layer, ByteParameters parameters, FusedLayer fused)
    {
        Region input = fused.Input, output = fused.Output;
        _filters = Pack(parameters, TapQuads.Of(layer), 1, input, output);
        _quadOffsets = [.. _filters.Order.Select(quad => quad * TapQuads.Length)];
        _inputStart = input.Offset;
        _output = output;
        _writesBytes = output.HasBytes;
        _inputOffsets = [0];
        _outputOffsets = [0];
        (_minimum, _maximum, _zeroPoint) = output.Bounds(fused.Range);
    }

    public override void Run(float* scratch)
    {
        // The tile's sums, then one vector for filters that do not fill a vector.
        int* sums = stackalloc int[((TilePixels * MaxVectors) + 1) * TDots.Count];
        float* part = (float*)(sums + (TilePixels * MaxVectors * TDots.Count));
        fixed (int* quads = _quadOffsets, inputOffsets = _inputOffsets)
        {
            foreach (FilterBlock block in _filters.Blocks)
            {
                byte* input = (byte*)scratch + _inputStart + (block.Group * _channelsPerGroup);
                int count = _inputOffsets.Length, tiles = count / TilePixels, done = tiles * TilePixels;
                if (block.Vectors == 2) RunTiles<Two>(block, quads, input, inputOffsets, tiles, sums, part, scratch);
                else RunTiles<One>(block, quads, input, inputOffsets, tiles, sums, part, scratch);
                for (int pixel = done; pixel < count; pixel++)
                {
                    if (block.Vectors == 2) SumPixel<Two>(block, quads, input + inputOffsets[pixel], sums);
                    else SumPixel<One>(block, quads, input + inputOffsets[pixel], sums);
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
        int zeroPoint = from.ZeroPoint - TDots.InputZeroPoint;
        for (int i = 0; i < parameters.Weights.Length; i++) sums[i % filters] -= parameters.Weights[i] * zeroPoint;
        float[] factors = [.. parameters.Scales.Select(Factor)];
        return new PackedByteFilters(parameters.Weights, sums, factors, quads, groups, TDots.Count, TDots.AccumulatesIn16Bits);

        float Factor(float scale) => output.Quantization is { } to ? from.Scale * scale / to.Scale : from.Scale * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunTiles<TVectors>(
        FilterBlock block, int* quads, byte* input, int* inputOffsets, int tiles, int* sums, float* part, float* scratch)
        where TVectors : struct, ICount
    {
        int width = TVectors.Value * TDots.Count;
        Load<TVectors>(_filters.Sums(block), out TSums start0, out TSums start1);
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
                LoadWeights<TVectors>(weights, out TSums v0, out TSums v1);
                LoadWeights<TVectors>(weights + (4 * width), out TSums w0, out TSums w1);
                weights += 8 * width;
                MultiplyAdd<TVectors>(a + first, v0, v1, a + second, w0, w1, ref a0, ref a1);
                MultiplyAdd<TVectors>(b + first, v0, v1, b + second, w0, w1, ref b0, ref b1);
                MultiplyAdd<TVectors>(c + first, v0, v1, c + second, w0, w1, ref c0, ref c1);
                MultiplyAdd<TVectors>(d + first, v0, v1, d + second, w0, w1, ref d0, ref d1);
            }

            for (; quad < end; quad++)
            {
                nint only = *quad;
                LoadWeights<TVectors>(weights, out TSums w0, out TSums w1);
                weights += 4 * width;
                MultiplyAdd<TVectors>(a + only, w0, w1, ref a0, ref a1);
                MultiplyAdd<TVectors>(b + only, w0, w1, ref b0, ref b1);
                MultiplyAdd<TVectors>(c + only, w0, w1, ref c0, ref c1);
                MultiplyAdd<TVectors>(d + only, w0, w1, ref d0, ref d1);
            }

            Store<TVectors>(a0, a1, sums);
            Store<TVectors>(b0, b1, sums + width);
            Store<TVectors>(c0, c1, sums + (2 * width));
            Store<TVectors>(d0, d1, sums + (3 * width));
            FinishTile(block, sums, tile, part, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumPixel<TVectors>(FilterBlock block, int* quads, byte* input, int* sums)
        where TVectors : struct, ICount
    {
        int width = TVectors.Value * TDots.Count;
        Load<TVectors>(_filters.Sums(block), out TSums sum0, out TSums sum1);
        sbyte* weights = _filters.Weights(block);
        int* quad = quads, paired = quads + _filters.Paired, end = quads + _quadOffsets.Length;
        for (; quad < paired; quad += 2)
        {
            TSums x = TDots.Broadcast(input + quad[0]), y = TDots.Broadcast(input + quad[1]);
            sum0 = TDots.MultiplyAdd(x, Weights(weights, 0), y, Weights(weights, TVectors.Value), sum0);
            if (TVectors.Value > 1) sum1 = TDots.MultiplyAdd(x, Weights(weights, 1), y, Weights(weights, TVectors.Value + 1), sum1);
            weights += 8 * width;
        }

        for (; quad < end; quad++)
        {
            TSums x = TDots.Broadcast(input + *quad);
            sum0 = TDots.MultiplyAdd(x, Weights(weights, 0), sum0);
            if (TVectors.Value > 1) sum1 = TDots.MultiplyAdd(x, Weights(weights, 1), sum1);
            weights += 4 * width;
        }

        Store<TVectors>(sum0, sum1, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TVectors>(int* address, out TSums first, out TSums second)
        where TVectors : struct, ICount
    {
        first = TDots.Load(address);
        second = TVectors.Value > 1 ? TDots.Load(address + TDots.Count) : first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadWeights<TVectors>(sbyte* address, out TSums first, out TSums second)
        where TVectors : struct, ICount
    {
        first = TDots.LoadWeights(address);
        second = TVectors.Value > 1 ? TDots.LoadWeights(address + (4 * TDots.Count)) : first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSums Weights(sbyte* address, int vector) => TDots.LoadWeights(address + (4 * vector * TDots.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TVectors>(
        byte* bytes,
        TSums weights0,
        TSums weights1,
        byte* nextBytes,
        TSums nextWeights0,
        TSums nextWeights1,
        ref TSums sum0,
        ref TSums sum1)
        where TVectors : struct, ICount
    {
        TSums x = TDots.Broadcast(bytes), y = TDots.Broadcast(nextBytes);
        sum0 = TDots.MultiplyAdd(x, weights0, y, nextWeights0, sum0);
        if (TVectors.Value > 1) sum1 = TDots.MultiplyAdd(x, weights1, y, nextWeights1, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TVectors>(byte* bytes, TSums weights0, TSums weights1, ref TSums sum0, ref TSums sum1)
        where TVectors : struct, ICount
    {
        TSums x = TDots.Broadcast(bytes);
        sum0 = TDots.MultiplyAdd(x, weights0, sum0);
        if (TVectors.Value > 1) sum1 = TDots.MultiplyAdd(x, weights1, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(TSums first, TSums second, int* address)
        where TVectors : struct, ICount
    {
        TDots.Store(first, address);
        if (TVectors.Value > 1) TDots.Store(second, address + TDots.Count);
    }

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
            TSums upper = TDots.Max(TDots.Load(a), TDots.Load(a + next));
            TSums lower = TDots.Max(TDots.Load(a + (2 * next)), TDots.Load(a + (3 * next)));
            TDots.Store(TDots.Max(upper, lower), a);
        }

        Finish(block, sums, tile, 1, part, scratch);
    }

    // Finishes outputs: multiplies the int32 sum, bias included, by the filter's scale, clamps, and, for byte outputs, rounds.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish(FilterBlock block, int* sums, int firstPixel, int pixels, float* part, float* scratch)
    {
        int width = block.Vectors * TDots.Count;
        float* factors = _filters.Factors(block, TDots.Count);
        TFloats minimum = TLanes.Broadcast(_minimum), maximum = TLanes.Broadcast(_maximum), zeroPoint = TLanes.Broadcast(_zeroPoint);
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
                if (_writesBytes)
                {
                    byte* to = left >= TDots.Count ? bytes + offset + first : (byte*)part;
                    TLanes.StoreBytes(value, zeroPoint, to);
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
