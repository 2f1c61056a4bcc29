using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// Input transform of images of few channels, a row of tiles at a time. Down the image, a vector holds adjacent values of a row. The result
/// is transposed; across the image, a vector then holds the row points of all row phases of one column. The values of a row of tiles are
/// stored as <c>[tile, column phase, channel, column point, (row point, row phase)]</c>, the last rounded up to whole vectors.
/// </summary>
internal sealed unsafe class RowWinogradInput<TLanes, TVector, TTile> : WinogradInput
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
    where TTile : struct, IWinogradTile
{
    private readonly WinogradGeometry _geometry;
    private readonly Region _input;
    private readonly int _start;
    private readonly int _points;
    private readonly int _rowLength;
    private readonly int _pointRows;

    public RowWinogradInput(WinogradGeometry geometry, Region input)
    {
        _geometry = geometry;
        _input = input;
        _start = input.Offset - (geometry.Border.Top * input.RowStride) - (geometry.Border.Left * input.PixelStride);
        _points = geometry.Points;
        int columns = geometry.Stride * (((geometry.TilesX - 1) * geometry.Outputs) + _points);
        _rowLength = WholeVectors(columns * input.PixelStride);
        _pointRows = WholeVectors(_points * geometry.Stride);
    }

    // The values at their points; the transformed columns, and the same transposed.
    public override int Length => (_geometry.TilesX * TileStride) + (2 * _pointRows * _rowLength);

    public override int TileStride => _geometry.Stride * _input.PixelStride * _points * _pointRows;

    public override int PointOffset(int row, int column) => (column * _pointRows) + (row * _geometry.Stride);

    // Phases that lack the last tap are multiplied at infinity too: a uniform loop gains more than a few products cost.
    public override Runs RunsAt(int row, int column) => new(
        [.. Enumerable.Range(0, _geometry.Stride * _input.PixelStride).Select(i => i * _points * _pointRows)], _geometry.Stride);

    public override (int Row, int Column, int Channel)[] TapsAt(int row, int column)
    {
        int stride = _geometry.Stride, channels = _input.PixelStride, i = 0;
        var taps = new (int Row, int Column, int Channel)[stride * channels * stride];
        for (int phaseColumn = 0; phaseColumn < stride; phaseColumn++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int phaseRow = 0; phaseRow < stride; phaseRow++) taps[i++] = (phaseRow, phaseColumn, channel);
            }
        }

        return taps;
    }

    public override float* Transform(float* scratch, float* workspace, int first, int count)
    {
        float* columns = workspace + (_geometry.TilesX * TileStride);
        float* transposed = columns + (_pointRows * _rowLength);
        int tile = first % _geometry.TilesX;
        if (tile == 0)
        {
            nint top = (nint)(first / _geometry.TilesX) * _geometry.Outputs * _geometry.Stride * _input.RowStride;
            TransformColumns(scratch + _start + top, columns);
            Transpose(columns, transposed);
            TransformRows(transposed, workspace);
        }

        return workspace + (tile * TileStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformColumns(float* input, float* columns)
    {
        nint stride = _geometry.Stride;
        for (nint phase = 0; phase < stride; phase++)
        {
            float* from = input + (phase * _input.RowStride);
            float* to = columns + (phase * _rowLength);
            for (nint at = 0; at < _rowLength; at += TLanes.Count)
            {
                TTile.TransformInput<TLanes, TVector>(from + at, stride * _input.RowStride, to + at, stride * _rowLength);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transpose(float* columns, float* transposed)
    {
        for (nint pointRow = 0; pointRow < _pointRows; pointRow += TLanes.Count)
        {
            for (nint at = 0; at < _rowLength; at += TLanes.Count)
            {
                TLanes.Transpose(columns + (pointRow * _rowLength) + at, _rowLength, transposed + (at * _pointRows) + pointRow, _pointRows);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformRows(float* transposed, float* to)
    {
        nint channels = _input.PixelStride;
        nint columnStep = _geometry.Stride * channels * _pointRows;
        nint pointRows = _pointRows;
        for (int tile = 0; tile < _geometry.TilesX; tile++)
        {
            float* from = transposed + (tile * _geometry.Outputs * columnStep);
            for (nint i = 0; i < _geometry.Stride * channels; i++)
            {
                for (nint pointRow = 0; pointRow < pointRows; pointRow += TLanes.Count)
                {
                    TTile.TransformInput<TLanes, TVector>(from + pointRow, columnStep, to + pointRow, pointRows);
                }

                from += pointRows;
                to += _points * pointRows;
            }
        }
    }

    private static int WholeVectors(int floats) => (floats + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
}
