using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A dense or grouped convolution, or a fully connected layer, of bytes, with bias and activation and, where fused, a 2×2 max pool. The
/// sums of four pixels (eight where there are 32 registers) by one or two vectors of filters stay in registers; each pass of the inner loop
/// adds two quads of taps. With a pool, four pixels are its window.
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
    private const int MaxPixels = 8;
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
    /// <param name="filters">The model's filters, which plans for other image sizes share.</param>
    public ByteDotProductStep(Convolution layer, ByteParameters parameters, FusedLayer fused, FilterCache filters)
    {
        Region input = fused.Input, output = fused.Output;
        Window window = layer.Window;
        _channelsPerGroup = layer.ChannelsPerGroup;
        int[] runs = input.RunStarts(window, wholeRows: layer.Groups == 1);
        TapQuads quads = TapQuads.Of(layer);
        _filters = Pack(parameters, quads, layer.Groups, fused, filters);
        _quadOffsets = Array.ConvertAll(
            _filters.Order, quad => runs[quad / quads.InRun] + (quad % quads.InRun * TapQuads.Length));
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
    }

    /// <summary>Prepares a fully connected layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">Its 8-bit parameters.</param>
    /// <param name="fused">What it reads, packed bytes, and where it writes.</param>
    /// <param name="filters">The model's filters, which plans for other image sizes share.</param>
    public ByteDotProductStep(FullyConnected layer, ByteParameters parameters, FusedLayer fused, FilterCache filters)
    {
        Region input = fused.Input, output = fused.Output;
        _filters = Pack(parameters, TapQuads.Of(layer), 1, fused, filters);
        _quadOffsets = Array.ConvertAll(_filters.Order, quad => quad * TapQuads.Length);
        _inputStart = input.Offset;
        _output = output;
        _writesBytes = output.HasBytes;
        _inputOffsets = [0];
        _outputOffsets = [0];
        (_minimum, _maximum, _zeroPoint) = output.Bounds(fused.Range);
    }

    // Not zeroed: .NET 10 zeroes more than a kilobyte of the stack in a call that a collection may interrupt, and a collection that did
    // took what lay in slots not set yet for references and ended the process. The other kernels with memory on the stack do the same.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* scratch)
    {
        // The tile's sums, then one vector for filters that do not fill a vector.
        int* sums = stackalloc int[((MaxPixels * MaxVectors) + 1) * TDots.Count];
        float* part = (float*)(sums + (MaxPixels * MaxVectors * TDots.Count));
        fixed (int* quads = _quadOffsets, inputOffsets = _inputOffsets, outputOffsets = _outputOffsets)
        {
            foreach (FilterBlock block in _filters.Blocks)
            {
                byte* input = (byte*)scratch + _inputStart + (block.Group * _channelsPerGroup);
                if (block.Vectors == 2) RunBlock<Two>(block, quads, input, inputOffsets, outputOffsets, sums, part, scratch);
                else RunBlock<One>(block, quads, input, inputOffsets, outputOffsets, sums, part, scratch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBlock<TVectors>(
        in FilterBlock block, int* quads, byte* input, int* inputOffsets, int* outputOffsets, int* sums, float* part, float* scratch)
        where TVectors : struct, ICount
    {
        // Kernels that no pixel needs are not called, and so not compiled.
        int done = 0;
        if (HasManyRegisters && _inputOffsets.Length >= Eight.Value)
        {
            done = RunTiles<Eight, TVectors>(block, quads, input, inputOffsets, outputOffsets, done, sums, part, scratch);
        }

        if (_inputOffsets.Length - done >= Four.Value)
        {
            done = RunTiles<Four, TVectors>(block, quads, input, inputOffsets, outputOffsets, done, sums, part, scratch);
        }

        for (int pixel = done; pixel < _inputOffsets.Length; pixel++)
        {
            SumPixel<TVectors>(block, quads, input + inputOffsets[pixel], sums);
            FinishPart(block, sums, outputOffsets + pixel, 1, part, scratch);
        }
    }

    // 32, not 16.
    private static bool HasManyRegisters => TDots.Count == Vector512<int>.Count || AdvSimd.IsSupported;

    private static PackedByteFilters Pack(ByteParameters parameters, TapQuads quads, int groups, FusedLayer fused, FilterCache filters)
    {
        float to = fused.Output.Quantization?.Scale ?? 0;
        if (filters.Find<PackedByteFilters>(fused.Position, scale: to) is { } found) return found;
        TensorQuantization from = fused.Input.Quantization!.Value;
        int[] sums = [.. parameters.Biases];
        int zeroPoint = from.ZeroPoint - TDots.InputZeroPoint;
        for (int i = 0; i < parameters.Weights.Length; i++) sums[i % sums.Length] -= parameters.Weights[i] * zeroPoint;
        float[] factors = Array.ConvertAll(parameters.Scales, Factor);
        return filters.Add(
            new PackedByteFilters(parameters.Weights, sums, factors, quads, groups, TDots.Count, TDots.AccumulatesIn16Bits),
            fused.Position,
            scale: to);

        float Factor(float scale) => to == 0 ? from.Scale * scale : from.Scale * scale / to;
    }

    // From a pixel on, whole tiles of TPixels. Returns the first pixel after them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunTiles<TPixels, TVectors>(
        in FilterBlock block, int* quads, byte* input, int* inputOffsets, int* outputOffsets, int first, int* sums, float* part,
        float* scratch)
        where TPixels : struct, ICount
        where TVectors : struct, ICount
    {
        int width = TVectors.Value * TDots.Count, end = first + ((_inputOffsets.Length - first) / TPixels.Value * TPixels.Value);
        Load<TVectors>(_filters.Sums(block), out TSums start0, out TSums start1);
        int* paired = quads + _filters.Paired, quadsEnd = quads + _quadOffsets.Length;

        // Bytes of whole vectors are finished in registers.
        bool whole = _writesBytes && block.Filters == width;
        byte* bytes = (byte*)scratch + _output.Offset + block.FirstFilter;
        float* factors = _filters.Factors(block, TDots.Count);
        for (int pixel = first; pixel < end; pixel += TPixels.Value)
        {
            TSums a0 = start0, a1 = start1, b0 = start0, b1 = start1, c0 = start0, c1 = start1, d0 = start0, d1 = start1;
            TSums e0 = start0, e1 = start1, f0 = start0, f1 = start1, g0 = start0, g1 = start1, h0 = start0, h1 = start1;
            sbyte* weights = _filters.Weights(block);
            int* offsets = inputOffsets + pixel;
            byte* a = input + offsets[0];
            byte* b = input + offsets[1];
            byte* c = input + offsets[2];
            byte* d = input + offsets[3];
            byte* e = TPixels.Value > 4 ? input + offsets[4] : d;
            byte* f = TPixels.Value > 4 ? input + offsets[5] : d;
            byte* g = TPixels.Value > 4 ? input + offsets[6] : d;
            byte* h = TPixels.Value > 4 ? input + offsets[7] : d;
            int* quad = quads;
            for (; quad < paired; quad += 2)
            {
                nint left = quad[0], right = quad[1];
                LoadWeights<TVectors>(weights, out TSums v0, out TSums v1);
                LoadWeights<TVectors>(weights + (4 * width), out TSums w0, out TSums w1);
                weights += 8 * width;
                MultiplyAdd<TVectors>(a + left, v0, v1, a + right, w0, w1, ref a0, ref a1);
                MultiplyAdd<TVectors>(b + left, v0, v1, b + right, w0, w1, ref b0, ref b1);
                MultiplyAdd<TVectors>(c + left, v0, v1, c + right, w0, w1, ref c0, ref c1);
                MultiplyAdd<TVectors>(d + left, v0, v1, d + right, w0, w1, ref d0, ref d1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(e + left, v0, v1, e + right, w0, w1, ref e0, ref e1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(f + left, v0, v1, f + right, w0, w1, ref f0, ref f1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(g + left, v0, v1, g + right, w0, w1, ref g0, ref g1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(h + left, v0, v1, h + right, w0, w1, ref h0, ref h1);
            }

            for (; quad < quadsEnd; quad++)
            {
                nint only = *quad;
                LoadWeights<TVectors>(weights, out TSums w0, out TSums w1);
                weights += 4 * width;
                MultiplyAdd<TVectors>(a + only, w0, w1, ref a0, ref a1);
                MultiplyAdd<TVectors>(b + only, w0, w1, ref b0, ref b1);
                MultiplyAdd<TVectors>(c + only, w0, w1, ref c0, ref c1);
                MultiplyAdd<TVectors>(d + only, w0, w1, ref d0, ref d1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(e + only, w0, w1, ref e0, ref e1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(f + only, w0, w1, ref f0, ref f1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(g + only, w0, w1, ref g0, ref g1);
                if (TPixels.Value > 4) MultiplyAdd<TVectors>(h + only, w0, w1, ref h0, ref h1);
            }

            int outputs = TPixels.Value;
            if (_pools)
            {
                a0 = Max(a0, b0, c0, d0);
                a1 = Max(a1, b1, c1, d1);
                b0 = Max(e0, f0, g0, h0);
                b1 = Max(e1, f1, g1, h1);
                outputs /= 4;
            }

            int* to = outputOffsets + (pixel * outputs / TPixels.Value);
            if (whole)
            {
                StoreBytes<TVectors>(a0, a1, factors, bytes + to[0]);
                if (outputs > 1) StoreBytes<TVectors>(b0, b1, factors, bytes + to[1]);
                if (outputs < 4) continue;
                StoreBytes<TVectors>(c0, c1, factors, bytes + to[2]);
                StoreBytes<TVectors>(d0, d1, factors, bytes + to[3]);
                if (TPixels.Value == 4) continue;
                StoreBytes<TVectors>(e0, e1, factors, bytes + to[4]);
                StoreBytes<TVectors>(f0, f1, factors, bytes + to[5]);
                StoreBytes<TVectors>(g0, g1, factors, bytes + to[6]);
                StoreBytes<TVectors>(h0, h1, factors, bytes + to[7]);
                continue;
            }

            Store<TVectors>(a0, a1, sums);
            Store<TVectors>(b0, b1, sums + width);
            Store<TVectors>(c0, c1, sums + (2 * width));
            Store<TVectors>(d0, d1, sums + (3 * width));
            if (TPixels.Value > 4) Store<TVectors>(e0, e1, sums + (4 * width));
            if (TPixels.Value > 4) Store<TVectors>(f0, f1, sums + (5 * width));
            if (TPixels.Value > 4) Store<TVectors>(g0, g1, sums + (6 * width));
            if (TPixels.Value > 4) Store<TVectors>(h0, h1, sums + (7 * width));
            FinishPart(block, sums, to, outputs, part, scratch);
        }

        return end;
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
    private static TSums Max(TSums a, TSums b, TSums c, TSums d) => TDots.Max(TDots.Max(a, b), TDots.Max(c, d));

    // Finishes an output: multiplies the int32 sums, bias included, by the filters' scales, clamps and rounds.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreBytes<TVectors>(TSums first, TSums second, float* factors, byte* to)
        where TVectors : struct, ICount
    {
        TFloats minimum = TLanes.Broadcast(_minimum), maximum = TLanes.Broadcast(_maximum), zeroPoint = TLanes.Broadcast(_zeroPoint);
        TLanes.StoreBytes(Scaled(first, TLanes.Load(factors), minimum, maximum), zeroPoint, to);
        if (TVectors.Value < 2) return;
        TLanes.StoreBytes(Scaled(second, TLanes.Load(factors + TDots.Count), minimum, maximum), zeroPoint, to + TDots.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Scaled(TSums sums, TFloats factor, TFloats minimum, TFloats maximum) =>
        TLanes.Min(TLanes.Max(TLanes.Multiply(TDots.ToFloats(sums), factor), minimum), maximum);

    // The same for several outputs, also for floats, and for filters that do not fill their vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FinishPart(in FilterBlock block, int* sums, int* outputOffsets, int pixels, float* part, float* scratch)
    {
        float* factors = _filters.Factors(block, TDots.Count);
        TFloats minimum = TLanes.Broadcast(_minimum), maximum = TLanes.Broadcast(_maximum), zeroPoint = TLanes.Broadcast(_zeroPoint);
        int size = _writesBytes ? sizeof(byte) : sizeof(float);
        byte* start = (byte*)scratch + (size * (_output.Offset + block.FirstFilter));
        for (int pixel = 0; pixel < pixels; pixel++, sums += block.Vectors * TDots.Count)
        {
            for (int first = 0; first < block.Filters; first += TDots.Count)
            {
                TFloats value = Scaled(TDots.Load(sums + first), TLanes.Load(factors + first), minimum, maximum);
                byte* output = start + (size * (outputOffsets[pixel] + first));
                int left = block.Filters - first;
                byte* to = left >= TDots.Count ? output : (byte*)part;
                if (_writesBytes) TLanes.StoreBytes(value, zeroPoint, to);
                else TLanes.Store(value, (float*)to);
                if (left < TDots.Count) new ReadOnlySpan<byte>(part, size * left).CopyTo(new Span<byte>(output, size * left));
            }
        }
    }
}
