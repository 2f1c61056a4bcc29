using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A dense or grouped convolution, or a fully connected layer, of bytes, with bias and activation and, where fused, a 2×2 max pool. The
/// sums of eight pixels by a vector of filters, or of four by two, stay in registers, and so do those of a set of quads of taps, which are
/// widened together (<see cref="PackedByteFilters"/>). With a pool, four pixels are its window.
/// </summary>
/// <remarks>
/// The kernel reads taps in quads, four adjacent bytes. Sums are integers, so every instruction set gives the same; one multiplication by a
/// float then scales them to the output, as in ONNX Runtime's <c>QLinearConv</c>.
/// </remarks>
internal sealed unsafe class ByteDotProductStep<TDots, TSums, TLanes, TFloats> : Step
    where TDots : struct, IDotLanes<TDots, TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, IFloatLanes<TFloats>
    where TFloats : unmanaged
{
    // Of a tile.
    private const int MaxSums = 8;

    private readonly PackedByteFilters _filters;
    private readonly Region _output;
    private readonly bool _pools;
    private readonly bool _writesBytes;
    private readonly int _inputStart;
    private readonly int _channelsPerGroup;

    // Each block's sets, with where its quads lie in place of their numbers.
    private readonly int[][] _sets;
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
        _channelsPerGroup = layer.ChannelsPerGroup;
        _filters = Pack(parameters, TapQuads.Of(layer), layer.Groups, fused, filters);
        _sets = _filters.Place(input.RunStarts(layer.Window, wholeRows: layer.Groups == 1));
        _inputStart = input.Offset - (layer.Padding.Top * input.RowStride) - (layer.Padding.Left * input.PixelStride);
        _output = output;
        _writesBytes = output.HasBytes;
        _pools = fused.Pools;
        PixelOffsets offsets = new(layer, fused);
        _inputOffsets = offsets.Inputs;
        _outputOffsets = offsets.Outputs;
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
        _sets = _filters.Place([0]);
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
        int* sums = stackalloc int[(MaxSums + 1) * TDots.Count];
        float* part = (float*)(sums + (MaxSums * TDots.Count));
        fixed (int* inputOffsets = _inputOffsets, outputOffsets = _outputOffsets)
        {
            for (int i = 0; i < _sets.Length; i++)
            {
                ref readonly FilterBlock block = ref _filters.Blocks[i];
                byte* input = (byte*)scratch + _inputStart + (block.Group * _channelsPerGroup);
                fixed (int* sets = _sets[i])
                {
                    if (block.Vectors == 2) RunBlock<Two>(block, sets, input, inputOffsets, outputOffsets, sums, part, scratch);
                    else RunBlock<One>(block, sets, input, inputOffsets, outputOffsets, sums, part, scratch);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBlock<TVectors>(
        in FilterBlock block, int* sets, byte* input, int* inputOffsets, int* outputOffsets, int* sums, float* part, float* scratch)
        where TVectors : struct, ICount
    {
        // Kernels that no pixel needs are not called, and so not compiled.
        int done = 0;
        if (HasManyRegisters && TVectors.Value == 1 && _inputOffsets.Length >= Eight.Value)
        {
            done = RunTiles<Eight, TVectors>(block, sets, input, inputOffsets, outputOffsets, done, sums, part, scratch);
        }

        if (_inputOffsets.Length - done >= Four.Value)
        {
            done = RunTiles<Four, TVectors>(block, sets, input, inputOffsets, outputOffsets, done, sums, part, scratch);
        }

        for (int pixel = done; pixel < _inputOffsets.Length; pixel++)
        {
            SumPixel<TVectors>(block, sets, input + inputOffsets[pixel], sums);
            FinishPart(block, sums, outputOffsets + pixel, 1, part, scratch);
        }
    }

    // 32, not 16.
    private static bool HasManyRegisters => TDots.Count == Vector512<int>.Count || AdvSimd.IsSupported;

    private static PackedByteFilters Pack(ByteParameters parameters, TapQuads quads, int groups, FusedLayer fused, FilterCache filters) =>
        PackedByteFilters.Find(
            parameters, quads, groups, fused, filters, TDots.Count, TDots.InputZeroPoint, TDots.AccumulatesIn16Bits);

    // From a pixel on, whole tiles: eight pixels by one vector of filters, or four by one or two. A tile's sums are those of the first
    // pixel's vectors, then those of the next one's. Returns the first pixel after the tiles.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunTiles<TPixels, TVectors>(
        in FilterBlock block, int* sets, byte* input, int* inputOffsets, int* outputOffsets, int first, int* sums, float* part,
        float* scratch)
        where TPixels : struct, ICount
        where TVectors : struct, ICount
    {
        int width = TVectors.Value * TDots.Count, end = first + ((_inputOffsets.Length - first) / TPixels.Value * TPixels.Value);
        Load<TVectors>((sbyte*)_filters.Sums(block), out TSums start0, out TSums start1);

        // Bytes of whole vectors are finished in registers.
        bool whole = _writesBytes && block.Filters == width;
        byte* bytes = (byte*)scratch + _output.Offset + block.FirstFilter;
        float* factors = _filters.Factors(block);
        sbyte* blockWeights = _filters.Weights(block);
        for (int pixel = first; pixel < end; pixel += TPixels.Value)
        {
            TSums a = start0, b = start1, c = start0, d = start1, e = start0, f = start1, g = start0, h = start1;
            int* offsets = inputOffsets + pixel;
            byte* fromA = input + offsets[0];
            byte* fromB = input + offsets[1 / TVectors.Value];
            byte* fromC = input + offsets[2 / TVectors.Value];
            byte* fromD = input + offsets[3 / TVectors.Value];
            byte* fromE = TPixels.Value * TVectors.Value > 4 ? input + offsets[4 / TVectors.Value] : fromD;
            byte* fromF = TPixels.Value * TVectors.Value > 4 ? input + offsets[5 / TVectors.Value] : fromD;
            byte* fromG = TPixels.Value * TVectors.Value > 4 ? input + offsets[6 / TVectors.Value] : fromD;
            byte* fromH = TPixels.Value * TVectors.Value > 4 ? input + offsets[7 / TVectors.Value] : fromD;
            sbyte* weights = blockWeights;
            int* next = sets;
            for (int length = *next++; length > 0; length = *next++)
            {
                Load<TVectors>(weights, out TSums setA, out TSums setB);
                TSums setC = setA, setD = setB, setE = setA, setF = setB, setG = setA, setH = setB;
                weights += TapQuads.Length * width;
                for (int* setEnd = next + length; next < setEnd; next++, weights += TapQuads.Length * width)
                {
                    nint quad = *next;
                    Load<TVectors>(weights, out TSums w0, out TSums w1);
                    MultiplyAdd<TVectors>(fromA + quad, fromB + quad, w0, w1, ref setA, ref setB);
                    MultiplyAdd<TVectors>(fromC + quad, fromD + quad, w0, w1, ref setC, ref setD);
                    if (TPixels.Value * TVectors.Value == 4) continue;
                    MultiplyAdd<TVectors>(fromE + quad, fromF + quad, w0, w1, ref setE, ref setF);
                    MultiplyAdd<TVectors>(fromG + quad, fromH + quad, w0, w1, ref setG, ref setH);
                }

                TDots.Widen(setA, ref a, setB, ref b);
                TDots.Widen(setC, ref c, setD, ref d);
                if (TPixels.Value * TVectors.Value == 4) continue;
                TDots.Widen(setE, ref e, setF, ref f);
                TDots.Widen(setG, ref g, setH, ref h);
            }

            int outputs = TPixels.Value;
            if (_pools)
            {
                (a, b) = TVectors.Value > 1 ? (Max(a, c, e, g), Max(b, d, f, h)) : (Max(a, b, c, d), Max(e, f, g, h));
                outputs /= 4;
            }

            int* to = outputOffsets + (pixel * outputs / TPixels.Value);
            int count = outputs * TVectors.Value;
            if (whole)
            {
                StoreBytes<TVectors>(a, 0, factors, bytes, to);
                if (count > 1) StoreBytes<TVectors>(b, 1, factors, bytes, to);
                if (count < 4) continue;
                StoreBytes<TVectors>(c, 2, factors, bytes, to);
                StoreBytes<TVectors>(d, 3, factors, bytes, to);
                if (count == 4) continue;
                StoreBytes<TVectors>(e, 4, factors, bytes, to);
                StoreBytes<TVectors>(f, 5, factors, bytes, to);
                StoreBytes<TVectors>(g, 6, factors, bytes, to);
                StoreBytes<TVectors>(h, 7, factors, bytes, to);
                continue;
            }

            TDots.Store(a, sums);
            TDots.Store(b, sums + TDots.Count);
            TDots.Store(c, sums + (2 * TDots.Count));
            TDots.Store(d, sums + (3 * TDots.Count));
            if (count > 4)
            {
                TDots.Store(e, sums + (4 * TDots.Count));
                TDots.Store(f, sums + (5 * TDots.Count));
                TDots.Store(g, sums + (6 * TDots.Count));
                TDots.Store(h, sums + (7 * TDots.Count));
            }

            FinishPart(block, sums, to, outputs, part, scratch);
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumPixel<TVectors>(in FilterBlock block, int* sets, byte* input, int* sums)
        where TVectors : struct, ICount
    {
        int width = TVectors.Value * TDots.Count;
        Load<TVectors>((sbyte*)_filters.Sums(block), out TSums sum0, out TSums sum1);
        sbyte* weights = _filters.Weights(block);
        for (int length = *sets++; length > 0; length = *sets++)
        {
            Load<TVectors>(weights, out TSums set0, out TSums set1);
            weights += TapQuads.Length * width;
            for (int* end = sets + length; sets < end; sets++, weights += TapQuads.Length * width)
            {
                TSums x = TDots.Broadcast(input + *sets);
                Load<TVectors>(weights, out TSums w0, out TSums w1);
                if (TVectors.Value > 1) TDots.MultiplyAdd(x, w0, ref set0, x, w1, ref set1);
                else set0 = TDots.MultiplyAdd(x, w0, set0);
            }

            sum0 = TDots.Widen(set0, sum0);
            if (TVectors.Value > 1) sum1 = TDots.Widen(set1, sum1);
        }

        TDots.Store(sum0, sums);
        if (TVectors.Value > 1) TDots.Store(sum1, sums + TDots.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TVectors>(sbyte* address, out TSums first, out TSums second)
        where TVectors : struct, ICount
    {
        first = TDots.LoadWeights(address);
        second = TVectors.Value > 1 ? TDots.LoadWeights(address + (TapQuads.Length * TDots.Count)) : first;
    }

    // Two pixels by one vector of filters, or one pixel by two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TVectors>(
        byte* bytesA, byte* bytesB, TSums weights0, TSums weights1, ref TSums productsA, ref TSums productsB)
        where TVectors : struct, ICount
    {
        TSums a = TDots.Broadcast(bytesA), b = TVectors.Value > 1 ? a : TDots.Broadcast(bytesB);
        TDots.MultiplyAdd(a, weights0, ref productsA, b, weights1, ref productsB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSums Max(TSums a, TSums b, TSums c, TSums d) => TDots.Max(TDots.Max(a, b), TDots.Max(c, d));

    // Finishes a tile's output: multiplies the int32 sums, bias included, by the filters' scales, clamps and rounds.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreBytes<TVectors>(TSums sums, int index, float* factors, byte* bytes, int* outputOffsets)
        where TVectors : struct, ICount
    {
        TFloats minimum = TLanes.Broadcast(_minimum), maximum = TLanes.Broadcast(_maximum), zeroPoint = TLanes.Broadcast(_zeroPoint);
        int vector = index % TVectors.Value * TDots.Count;
        TFloats value = Scaled(sums, TLanes.Load(factors + vector), minimum, maximum);
        TLanes.StoreBytes(value, zeroPoint, bytes + outputOffsets[index / TVectors.Value] + vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Scaled(TSums sums, TFloats factor, TFloats minimum, TFloats maximum) =>
        TLanes.Min(TLanes.Max(TLanes.Multiply(TDots.ToFloats(sums), factor), minimum), maximum);

    // The same for several outputs, also for floats, and for filters that do not fill their vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FinishPart(in FilterBlock block, int* sums, int* outputOffsets, int pixels, float* part, float* scratch)
    {
        float* factors = _filters.Factors(block);
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
