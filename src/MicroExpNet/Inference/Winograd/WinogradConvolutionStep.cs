using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Winograd;

/// <summary>A convolution of floats as Winograd tiles.</summary>
internal sealed unsafe class WinogradConvolutionStep<TLanes, TVector, TTile> : LanesWinogradStep<TLanes, TVector, TTile>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
    where TTile : struct, IWinogradTile
{
    private readonly WinogradInput _input;
    private readonly WinogradFilters _filters;
    private readonly int[] _runOffsets;
    private readonly int[]? _fourTaps;
    private readonly bool _fusesColumns;
    private readonly int _rowOffset;
    private readonly int _columnOffset;
    private readonly int _tileStride;
    private readonly (int Start, int Count, int Length, int Offset)[] _points;

    public WinogradConvolutionStep(
        WinogradGeometry geometry, LayerParameters parameters, FusedLayer fused, FilterCache filters, int workspace)
        : base(geometry, parameters.Biases, fused, workspace)
    {
        Region input = fused.Input;
        _input = geometry.InRows
            ? new RowWinogradInput<TLanes, TVector, TTile>(geometry, input)
            : new ChannelWinogradInput<TLanes, TVector, TTile>(geometry, input, BlockTiles);
        int points = geometry.Points;
        _filters = filters.Find<WinogradFilters>(fused.Position, geometry.Outputs) ?? filters.Add(
            WinogradFilters.Transform(geometry, TTile.Nodes, parameters, i => _input.TapsAt(i / points, i % points), TLanes.Count),
            fused.Position,
            geometry.Outputs);
        List<int> offsets = [];
        _points = new (int, int, int, int)[points * points];
        for (int i = 0; i < _points.Length; i++)
        {
            Runs runs = _input.RunsAt(i / points, i % points);
            _points[i] = (offsets.Count, runs.Offsets.Length, runs.Length, _input.PointOffset(i / points, i % points));
            offsets.AddRange(runs.Offsets);
        }

        _runOffsets = [.. offsets];
        _rowOffset = _input.PointOffset(1, 0);
        _columnOffset = _input.PointOffset(0, 1);
        _tileStride = _input.TileStride;
        _fourTaps = FourTaps();
        _fusesColumns = _fourTaps is not null && Vectors == 1 && typeof(TTile) == typeof(WinogradF44)
            && TLanes.Count == Vector512<float>.Count;
    }

    protected override int InputLength => _input.Length;

    protected override float* Transform(float* scratch, float* workspace, int first, int count) =>
        _input.Transform(scratch, workspace, first, count);

    // In 32 registers four taps and their column transform are one kernel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyRow(float* values, int row, float* products, float* outputs, int first, int count)
    {
        if (_fusesColumns && count >= FourTapColumns<TLanes, TVector>.Tiles)
        {
            FourTapColumns<TLanes, TVector>.Compute(
                values + (row * _rowOffset), _columnOffset, _tileStride, _fourTaps![2],
                _filters.At(row * Geometry.Points), outputs, count);
            return;
        }

        if (_fourTaps is not null)
        {
            fixed (int* taps = _fourTaps)
            {
                MatrixProduct<TLanes, TVector>.MultiplyFourTaps(
                    values + (row * _rowOffset), _columnOffset, _tileStride, taps,
                    _filters.At(row * Geometry.Points), Vectors, products, Geometry.Points, count);
            }
        }
        else
        {
            Multiply(values, row, products, first, count);
        }

        TransformColumns(products, outputs, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* values, int row, float* products, int first, int count)
    {
        int width = Width, vectors = Vectors, points = Geometry.Points, stride = _tileStride;
        fixed (int* runs = _runOffsets)
        {
            for (int column = 0; column < points; column++, products += count * width)
            {
                int from = 0, to = row < points - 1 ? count : Math.Min(count, Geometry.LastRowEnd - first);
                if (column == points - 1)
                {
                    from = Math.Max(0, Geometry.LastColumnStart - first);
                    to = Math.Min(to, Geometry.LastColumnEnd - first);
                }

                if (from >= to) continue;
                int index = (row * points) + column;
                (int start, int runCount, int length, int offset) = _points[index];
                MatrixProduct<TLanes, TVector>.Multiply(
                    values + offset + (from * stride), stride, runs + start, runCount, length, _filters.At(index), vectors,
                    products + (from * width), width, to - from);
            }
        }
    }

    // Offsets of the values that are multiplied at a point, if there are four at every point.
    private int[]? FourTaps()
    {
        Runs runs = _input.RunsAt(0, 0);
        if (runs.Count != 4 || _input.RunsAt(Geometry.Points - 1, Geometry.Points - 1).Count != 4) return null;
        return [.. runs.Offsets.SelectMany(offset => Enumerable.Range(offset, runs.Length))];
    }
}
