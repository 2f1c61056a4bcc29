using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// A dense convolution as Winograd tiles, with bias, activation and, where fused, a 2×2 max pool or the sum with an earlier layer. Tiles
/// are computed in blocks: the input transform, a small matrix product at each point (over channels and phases), the output transform. A
/// convolution of stride 2 or more is split into phases, whose products are summed at the points: one output transform serves them all.
/// </summary>
internal sealed unsafe class WinogradConvolutionStep<TLanes, TVector, TTile> : Step
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
    where TTile : struct, IWinogradTile
{
    private readonly WinogradGeometry _geometry;
    private readonly WinogradInput _input;
    private readonly WinogradFilters _filters;
    private readonly AlignedMemory<float> _biases;
    private readonly Region? _addend;
    private readonly Region _output;
    private readonly ActivationRange _range;
    private readonly bool _pools;
    private readonly int _workspace;
    private readonly int _vectors;
    private readonly int _blockTiles;
    private readonly int[] _runOffsets;
    private readonly int[]? _fourTaps;
    private readonly (int Start, int Count, int Length, int Offset)[] _points;

    public WinogradConvolutionStep(
        WinogradGeometry geometry, LayerParameters parameters, FusedLayer fused, FilterCache filters, int workspace)
    {
        Region input = fused.Input;
        _geometry = geometry;
        _addend = fused.Addend;
        _output = fused.Output;
        _range = fused.Range;
        _pools = fused.Pools;
        _workspace = workspace;
        _vectors = (_output.Shape.Channels + TLanes.Count - 1) / TLanes.Count;
        bool fewChannels = ConvolutionStrategy.HasFewChannels(input.Shape, TLanes.Count);
        _blockTiles = WinogradBlock.Tiles(geometry, TLanes.Count);
        _input = fewChannels
            ? new RowWinogradInput<TLanes, TVector, TTile>(geometry, input)
            : new ChannelWinogradInput<TLanes, TVector, TTile>(geometry, input, _blockTiles);
        int points = geometry.Points;
        _filters = filters.Tiled(
            fused.Position,
            geometry.Outputs,
            () => WinogradFilters.Transform(
                geometry, TTile.Nodes, parameters, i => _input.TapsAt(i / points, i % points), TLanes.Count));
        _biases = new AlignedMemory<float>(Width);
        parameters.Biases.CopyTo(_biases.Span);
        List<int> offsets = [];
        _points = new (int, int, int, int)[points * points];
        for (int i = 0; i < _points.Length; i++)
        {
            Runs runs = _input.RunsAt(i / points, i % points);
            _points[i] = (offsets.Count, runs.Offsets.Length, runs.Length, _input.PointOffset(i / points, i % points));
            offsets.AddRange(runs.Offsets);
        }

        _runOffsets = [.. offsets];
        _fourTaps = FourTaps();
    }

    public override int WorkspaceLength => _input.Length + ((1 + _geometry.Outputs) * _geometry.Points * _blockTiles * Width);

    private int Width => _vectors * TLanes.Count;

    public override void Run(float* scratch)
    {
        float* inputs = scratch + _workspace;
        float* products = inputs + _input.Length;
        float* rows = products + (_geometry.Points * _blockTiles * Width);
        int tiles = _geometry.TilesX * _geometry.TilesY;
        for (int first = 0; first < tiles;)
        {
            int left = _input.WithinRows ? _geometry.TilesX - (first % _geometry.TilesX) : tiles - first;

            // As few blocks as possible, of nearly equal length.
            int blocks = (left + _blockTiles - 1) / _blockTiles;
            int count = (left + blocks - 1) / blocks;
            float* values = _input.Transform(scratch, inputs, first, count);
            for (int row = 0; row < _geometry.Points; row++)
            {
                Multiply(values, row, products, count);
                TransformColumns(products, rows + (row * _geometry.Outputs * count * Width), count);
            }

            for (int tile = 0; tile < count; tile++) StoreTile(rows + (tile * Width), count, first + tile, scratch);
            first += count;
        }
    }

    // Offsets of the values that are multiplied at a point, if there are four at every point.
    private int[]? FourTaps()
    {
        Runs runs = _input.RunsAt(0, 0);
        if (runs.Count != 4 || _input.RunsAt(_geometry.Points - 1, _geometry.Points - 1).Count != 4) return null;
        return [.. runs.Offsets.SelectMany(offset => Enumerable.Range(offset, runs.Length))];
    }

    // One row of points: [column point, tile, filter].
    private void Multiply(float* values, int row, float* products, int count)
    {
        if (_fourTaps is not null)
        {
            fixed (int* taps = _fourTaps)
            {
                MatrixProduct<TLanes, TVector>.MultiplyFourTaps(
                    values + _input.PointOffset(row, 0),
                    _input.PointOffset(0, 1),
                    _input.TileStride,
                    taps,
                    _filters.At(row * _geometry.Points),
                    _vectors,
                    products,
                    _geometry.Points,
                    count);
            }

            return;
        }

        fixed (int* runs = _runOffsets)
        {
            for (int column = 0; column < _geometry.Points; column++)
            {
                int index = (row * _geometry.Points) + column;
                (int start, int runCount, int length, int offset) = _points[index];
                MatrixProduct<TLanes, TVector>.Multiply(
                    values + offset,
                    _input.TileStride,
                    runs + start,
                    runCount,
                    length,
                    _filters.At(index),
                    _vectors,
                    products + (column * count * Width),
                    Width,
                    count);
            }
        }
    }

    // [column point, tile, filter] to [output column, tile, filter].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformColumns(float* products, float* outputs, int count)
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

    // [row point, output column, tile, filter] to the output itself.
    private void StoreTile(float* from, int count, int tile, float* scratch)
    {
        int m = TTile.Outputs;
        int top = tile / _geometry.TilesX * m, left = tile % _geometry.TilesX * m;

        // A pool without padding ignores an odd last row and column.
        int pool = _pools ? 2 : 1;
        int rows = Math.Min(m, Math.Min(_geometry.Layer.OutputShape.Height, pool * _output.Shape.Height) - top);
        int columns = Math.Min(m, Math.Min(_geometry.Layer.OutputShape.Width, pool * _output.Shape.Width) - left);
        if (rows <= 0 || columns <= 0) return;
        nint columnStride = count * Width;
        float* output = scratch + _output.Offset + (top / pool * _output.RowStride) + (left / pool * _output.PixelStride);
        float* addend = _addend is Region other ? scratch + other.Offset + (top * other.RowStride) + (left * other.PixelStride) : null;
        int filters = _output.Shape.Channels, whole = filters / TLanes.Count * TLanes.Count;
        if (whole > 0)
        {
            if (_pools) StorePooled(from, columnStride, rows, columns, output, _output.RowStride, _output.PixelStride, 0, whole);
            else StorePlain(from, columnStride, rows, columns, addend, output, _output.RowStride, _output.PixelStride, 0, whole);
        }

        if (whole == filters) return;
        if (addend is not null) addend += whole;
        StoreRest(from + whole, columnStride, rows, columns, addend, output + whole, whole, filters - whole);
    }

    // The filters after the last whole vector. The memory after them belongs to the next pixel or to a border, so they are computed into a
    // copy first.
    private void StoreRest(
        float* from, nint columnStride, int rows, int columns, float* addend, float* output, int firstFilter, int filters)
    {
        float* copy = stackalloc float[TTile.Outputs * TTile.Outputs * TLanes.Count];
        int rowStride = TTile.Outputs * TLanes.Count;
        if (_pools)
        {
            StorePooled(from, columnStride, rows, columns, copy, rowStride, TLanes.Count, firstFilter, TLanes.Count);
            rows = (rows + 1) / 2;
            columns = (columns + 1) / 2;
        }
        else
        {
            StorePlain(from, columnStride, rows, columns, addend, copy, rowStride, TLanes.Count, firstFilter, TLanes.Count);
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                new ReadOnlySpan<float>(copy + (row * rowStride) + (column * TLanes.Count), filters)
                    .CopyTo(new Span<float>(output + (row * _output.RowStride) + (column * _output.PixelStride), filters));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StorePlain(
        float* from,
        nint columnStride,
        int rows,
        int columns,
        float* addend,
        float* output,
        nint rowStride,
        nint pixelStride,
        int firstFilter,
        int filters)
    {
        TVector minimum = TLanes.Broadcast(_range.Minimum), maximum = TLanes.Broadcast(_range.Maximum);
        float* biases = _biases.Pointer + firstFilter;
        nint pointStride = TTile.Outputs * columnStride;
        bool adds = addend is not null;
        nint addendStride = _addend?.RowStride ?? 0;
        for (int column = 0; column < columns; column++)
        {
            for (nint filter = 0; filter < filters; filter += TLanes.Count)
            {
                TTile.TransformOutput<TLanes, TVector>(
                    from + filter, pointStride, out TVector y0, out TVector y1, out TVector y2, out TVector y3);
                if (adds)
                {
                    float* more = addend + filter;
                    y0 = TLanes.Add(y0, TLanes.Load(more));
                    if (rows > 1) y1 = TLanes.Add(y1, TLanes.Load(more + addendStride));
                    if (TTile.Outputs > 2 && rows > 2) y2 = TLanes.Add(y2, TLanes.Load(more + (2 * addendStride)));
                    if (TTile.Outputs > 3 && rows > 3) y3 = TLanes.Add(y3, TLanes.Load(more + (3 * addendStride)));
                }

                TVector bias = TLanes.Load(biases + filter);
                float* to = output + filter;
                Store(y0, bias, minimum, maximum, to);
                if (rows > 1) Store(y1, bias, minimum, maximum, to + rowStride);
                if (TTile.Outputs > 2 && rows > 2) Store(y2, bias, minimum, maximum, to + (2 * rowStride));
                if (TTile.Outputs > 3 && rows > 3) Store(y3, bias, minimum, maximum, to + (3 * rowStride));
            }

            from += columnStride;
            output += pixelStride;
            if (adds) addend += _output.PixelStride;
        }
    }

    // The maximum of a 2×2 window comes before bias and bounds, which are monotonic. Pixels outside the image do not take part.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StorePooled(
        float* from,
        nint columnStride,
        int rows,
        int columns,
        float* output,
        nint rowStride,
        nint pixelStride,
        int firstFilter,
        int filters)
    {
        TVector minimum = TLanes.Broadcast(_range.Minimum), maximum = TLanes.Broadcast(_range.Maximum);
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
                Store(upper, bias, minimum, maximum, output + filter);
                if (TTile.Outputs > 2 && rows > 2) Store(lower, bias, minimum, maximum, output + rowStride + filter);
            }

            from += 2 * columnStride;
            output += pixelStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector value, TVector bias, TVector minimum, TVector maximum, float* output) =>
        TLanes.Store(TLanes.Min(TLanes.Max(TLanes.Add(value, bias), minimum), maximum), output);
}
