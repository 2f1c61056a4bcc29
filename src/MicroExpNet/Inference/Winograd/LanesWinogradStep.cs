using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// A <see cref="WinogradStep"/> of an instruction set and a tile: the output transform, bias, activation and what is fused to them.
/// </summary>
/// <remarks>
/// The subclasses transform the input and multiply, in floats or in 16-bit integers; the products are floats in either. Bytes are stored
/// with operations that every instruction set rounds alike: no fused multiply-add but by powers of two.
/// </remarks>
internal abstract unsafe class LanesWinogradStep<TLanes, TVector, TTile> : WinogradStep
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
    where TTile : struct, IWinogradOutput
{
    // Adding 1.5 · 2²³ and subtracting it rounds a float below 2²² to the nearest integer, ties to even.
    private const float Rounder = 12582912;

    private readonly AlignedMemory<float> _biases;
    private readonly Region? _addend;
    private readonly Region _output;
    private readonly bool _pools;
    private readonly float _minimum;
    private readonly float _maximum;
    private readonly float _zeroPoint;

    // Of a sum of bytes: the addend's zero point and scale; where the convolution's own output is rounded first, its bounds and scale.
    // Scales are in units of the output's.
    private readonly float _addendZero;
    private readonly float _addendScale;
    private readonly bool _rounds;
    private readonly float _ownMinimum;
    private readonly float _ownMaximum;
    private readonly float _ownScale;

    /// <summary>Prepares what both kinds of tiles have in common.</summary>
    /// <param name="geometry">The convolution's tiles.</param>
    /// <param name="biases">The biases, in units of the convolution's output.</param>
    /// <param name="fused">What it reads and writes.</param>
    /// <param name="workspace">Where the workspace starts, in floats.</param>
    protected LanesWinogradStep(WinogradGeometry geometry, ReadOnlySpan<float> biases, FusedLayer fused, int workspace)
        : base(geometry, fused.Output.Shape.Channels, TLanes.Count, workspace)
    {
        _addend = fused.Addend;
        _output = fused.Output;
        _pools = fused.Pools;
        (_minimum, _maximum, _zeroPoint) = _output.Bounds(fused.Range);
        if (_addend?.Quantization is { } addend && _output.Quantization is { } output)
        {
            _addendZero = -addend.ZeroPoint;
            _addendScale = addend.Scale / output.Scale;
            if (fused.Rounding is { } own)
            {
                _rounds = true;
                _ownMinimum = -own.ZeroPoint;
                _ownMaximum = byte.MaxValue - own.ZeroPoint;
                _ownScale = own.Scale / output.Scale;
            }
        }

        _biases = new AlignedMemory<float>(Width);
        biases.CopyTo(_biases.Span);
    }

    protected override void StoreTiles(float* rows, int first, int count, float* scratch)
    {
        for (int tile = 0; tile < count; tile++)
        {
            if (_output.HasBytes) StoreTile<One>(rows + (tile * Width), count, first + tile, (byte*)scratch);
            else StoreTile<Four>(rows + (tile * Width), count, first + tile, (byte*)scratch);
        }
    }

    /// <summary>Transforms the products of one row of points to columns of outputs.</summary>
    /// <param name="products"><c>[column point, tile, filter]</c>.</param>
    /// <param name="outputs">Receives <c>[output column, tile, filter]</c>.</param>
    /// <param name="count">Tiles in the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void TransformColumns(float* products, float* outputs, int count)
    {
        nint stride = count * Width;
        for (nint i = 0; i < stride; i += TLanes.Count)
        {
            TTile.TransformOutput<TLanes, TVector>(products + i, stride, out TVector y0, out TVector y1, out TVector y2, out TVector y3);
            float* to = outputs + i;
            TLanes.Store(y0, to);
            TLanes.Store(y1, to + stride);
            if (TTile.Outputs > 2) TLanes.Store(y2, to + (2 * stride));
            if (TTile.Outputs > 3) TLanes.Store(y3, to + (3 * stride));
        }
    }

    // [row point, output column, tile, filter] to the output itself, whose values have TSize bytes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreTile<TSize>(float* from, int count, int tile, byte* scratch)
        where TSize : struct, ICount
    {
        Geometry.Locate(tile, out int top, out int left);
        int m = TTile.Outputs;
        top *= m;
        left *= m;

        // A pool without padding ignores an odd last row and column.
        int pool = _pools ? 2 : 1;
        int rows = Math.Min(m, Math.Min(Geometry.Layer.OutputShape.Height, pool * _output.Shape.Height) - top);
        int columns = Math.Min(m, Math.Min(Geometry.Layer.OutputShape.Width, pool * _output.Shape.Width) - left);
        if (rows <= 0 || columns <= 0) return;
        nint columnStride = count * Width;
        byte* output = At<TSize>(_output, top / pool, left / pool, scratch);
        byte* addend = _addend is Region other ? At<TSize>(other, top, left, scratch) : null;
        int filters = _output.Shape.Channels, whole = filters / TLanes.Count * TLanes.Count;
        nint rowStride = TSize.Value * _output.RowStride, pixelStride = TSize.Value * _output.PixelStride;
        if (whole > 0)
        {
            if (_pools) StorePooled<TSize>(from, columnStride, rows, columns, output, rowStride, pixelStride, 0, whole);
            else StorePlain<TSize>(from, columnStride, rows, columns, addend, output, rowStride, pixelStride, 0, whole);
        }

        if (whole == filters) return;
        if (addend is not null) addend += TSize.Value * whole;
        StoreRest<TSize>(from + whole, columnStride, rows, columns, addend, output + (TSize.Value * whole), whole, filters - whole);
    }

    private static byte* At<TSize>(in Region region, int row, int column, byte* scratch)
        where TSize : struct, ICount =>
        scratch + (TSize.Value * ((nint)region.Offset + (row * region.RowStride) + (column * region.PixelStride)));

    // The filters after the last whole vector. The memory after them belongs to the next pixel or to a border, so they are computed into a
    // copy first.
    [SkipLocalsInit]
    private void StoreRest<TSize>(
        float* from, nint columnStride, int rows, int columns, byte* addend, byte* output, int firstFilter, int filters)
        where TSize : struct, ICount
    {
        byte* copy = stackalloc byte[TTile.Outputs * TTile.Outputs * TLanes.Count * TSize.Value];
        int pixelStride = TLanes.Count * TSize.Value, rowStride = TTile.Outputs * pixelStride;
        if (_pools)
        {
            StorePooled<TSize>(from, columnStride, rows, columns, copy, rowStride, pixelStride, firstFilter, TLanes.Count);
            rows = (rows + 1) / 2;
            columns = (columns + 1) / 2;
        }
        else
        {
            StorePlain<TSize>(from, columnStride, rows, columns, addend, copy, rowStride, pixelStride, firstFilter, TLanes.Count);
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                byte* to = output + (TSize.Value * ((row * _output.RowStride) + (column * _output.PixelStride)));
                new ReadOnlySpan<byte>(copy + (row * rowStride) + (column * pixelStride), TSize.Value * filters)
                    .CopyTo(new Span<byte>(to, TSize.Value * filters));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StorePlain<TSize>(
        float* from,
        nint columnStride,
        int rows,
        int columns,
        byte* addend,
        byte* output,
        nint rowStride,
        nint pixelStride,
        int firstFilter,
        int filters)
        where TSize : struct, ICount
    {
        TVector minimum = TLanes.Broadcast(_minimum), maximum = TLanes.Broadcast(_maximum);
        float* biases = _biases.Pointer + firstFilter;
        nint pointStride = TTile.Outputs * columnStride;
        bool adds = addend is not null;
        nint addendStride = TSize.Value * (_addend?.RowStride ?? 0);
        for (int column = 0; column < columns; column++)
        {
            for (nint filter = 0; filter < filters; filter += TLanes.Count)
            {
                TTile.TransformOutput<TLanes, TVector>(
                    from + filter, pointStride, out TVector y0, out TVector y1, out TVector y2, out TVector y3);
                TVector bias = TLanes.Load(biases + filter);
                if (adds)
                {
                    byte* more = addend + (TSize.Value * filter);
                    y0 = Sum<TSize>(y0, bias, more);
                    if (rows > 1) y1 = Sum<TSize>(y1, bias, more + addendStride);
                    if (TTile.Outputs > 2 && rows > 2) y2 = Sum<TSize>(y2, bias, more + (2 * addendStride));
                    if (TTile.Outputs > 3 && rows > 3) y3 = Sum<TSize>(y3, bias, more + (3 * addendStride));
                    if (TSize.Value == 1) bias = TLanes.Broadcast(0);
                }

                byte* to = output + (TSize.Value * filter);
                Store<TSize>(y0, bias, minimum, maximum, to);
                if (rows > 1) Store<TSize>(y1, bias, minimum, maximum, to + rowStride);
                if (TTile.Outputs > 2 && rows > 2) Store<TSize>(y2, bias, minimum, maximum, to + (2 * rowStride));
                if (TTile.Outputs > 3 && rows > 3) Store<TSize>(y3, bias, minimum, maximum, to + (3 * rowStride));
            }

            from += columnStride;
            output += pixelStride;
            if (adds) addend += TSize.Value * _output.PixelStride;
        }
    }

    // With bytes, the bias comes before the sum: what is rounded is the convolution's whole output.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Sum<TSize>(TVector value, TVector bias, byte* addend)
        where TSize : struct, ICount
    {
        if (TSize.Value > 1) return TLanes.Add(value, TLanes.Load((float*)addend));
        value = TLanes.Add(value, bias);
        if (_rounds)
        {
            value = TLanes.Min(TLanes.Max(value, TLanes.Broadcast(_ownMinimum)), TLanes.Broadcast(_ownMaximum));
            value = TLanes.Subtract(TLanes.Add(value, TLanes.Broadcast(Rounder)), TLanes.Broadcast(Rounder));
            value = TLanes.Multiply(value, TLanes.Broadcast(_ownScale));
        }

        TVector other = TLanes.Add(TLanes.LoadBytes(addend), TLanes.Broadcast(_addendZero));
        return TLanes.Add(value, TLanes.Multiply(other, TLanes.Broadcast(_addendScale)));
    }

    // The maximum of a 2×2 window comes before bias and bounds, which are monotonic. Pixels outside the image do not take part.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StorePooled<TSize>(
        float* from,
        nint columnStride,
        int rows,
        int columns,
        byte* output,
        nint rowStride,
        nint pixelStride,
        int firstFilter,
        int filters)
        where TSize : struct, ICount
    {
        TVector minimum = TLanes.Broadcast(_minimum), maximum = TLanes.Broadcast(_maximum);
        float* biases = _biases.Pointer + firstFilter;
        nint pointStride = TTile.Outputs * columnStride;
        for (int column = 0; column < columns; column += 2)
        {
            for (nint filter = 0; filter < filters; filter += TLanes.Count)
            {
                TTile.TransformOutput<TLanes, TVector>(
                    from + filter, pointStride, out TVector y0, out TVector y1, out TVector y2, out TVector y3);
                TVector upper = rows > 1 ? TLanes.Max(y0, y1) : y0;
                TVector lower = rows > 3 ? TLanes.Max(y2, y3) : y2;
                if (column + 1 < columns)
                {
                    TTile.TransformOutput<TLanes, TVector>(from + columnStride + filter, pointStride, out y0, out y1, out y2, out y3);
                    upper = TLanes.Max(upper, rows > 1 ? TLanes.Max(y0, y1) : y0);
                    lower = TLanes.Max(lower, rows > 3 ? TLanes.Max(y2, y3) : y2);
                }

                TVector bias = TLanes.Load(biases + filter);
                byte* to = output + (TSize.Value * filter);
                Store<TSize>(upper, bias, minimum, maximum, to);
                if (TTile.Outputs > 2 && rows > 2) Store<TSize>(lower, bias, minimum, maximum, to + rowStride);
            }

            from += 2 * columnStride;
            output += pixelStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store<TSize>(TVector value, TVector bias, TVector minimum, TVector maximum, byte* output)
        where TSize : struct, ICount
    {
        value = TLanes.Min(TLanes.Max(TLanes.Add(value, bias), minimum), maximum);
        if (TSize.Value > 1) TLanes.Store(value, (float*)output);
        else TLanes.StoreBytes(value, TLanes.Broadcast(_zeroPoint), output);
    }
}
