using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// Input transform of images of few channels, a row of tiles at a time. Going down the image, a vector holds neighbouring places of a
/// row; the result is turned, and going across, a vector holds the row points of all row phases of one column. A row's values lie as
/// <c>[tile, column phase, channel, column point, (row point, row phase)]</c>, the last rounded up to whole vectors.
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
    private readonly int _places;
    private readonly int _heights;

    public RowWinogradInput(WinogradGeometry geometry, Region input)
    {
        _geometry = geometry;
        _input = input;
        _start = input.Offset - (geometry.Border.Top * input.RowStride) - (geometry.Border.Left * input.PixelStride);
        _points = geometry.Points;
        int columns = geometry.Stride * (((geometry.TilesX - 1) * geometry.Outputs) + _points);
        _places = WholeVectors(columns * input.PixelStride);
        _heights = WholeVectors(_points * geometry.Stride);
    }

    // The row's values at their points; its columns transformed, and the same turned.
    public override int Length => (_geometry.TilesX * TileStride) + (2 * _heights * _places);

    public override bool WithinRows => true;

    public override int TileStride => _geometry.Stride * _input.PixelStride * _points * _heights;

    public override int PointOffset(int row, int column) => (column * _heights) + (row * _geometry.Stride);

    // Phases without a last tap are multiplied at infinity too: all points alike are worth more than few products less.
    public override Runs RunsAt(int row, int column) => new(
        [.. Enumerable.Range(0, _geometry.Stride * _input.PixelStride).Select(i => i * _points * _heights)], _geometry.Stride);

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
        float* turned = columns + (_heights * _places);
        int tile = first % _geometry.TilesX;
        if (tile == 0)
        {
            nint top = (nint)(first / _geometry.TilesX) * _geometry.Outputs * _geometry.Stride * _input.RowStride;
            TransformColumns(scratch + _start + top, columns);
            Turn(columns, turned);
            TransformRows(turned, workspace);
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
            float* to = columns + (phase * _places);
            for (nint place = 0; place < _places; place += TLanes.Count)
            {
                TTile.TransformInput<TLanes, TVector>(from + place, stride * _input.RowStride, to + place, stride * _places);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turn(float* columns, float* turned)
    {
        for (nint height = 0; height < _heights; height += TLanes.Count)
        {
            for (nint place = 0; place < _places; place += TLanes.Count)
            {
                TLanes.Transpose(columns + (height * _places) + place, _places, turned + (place * _heights) + height, _heights);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformRows(float* turned, float* to)
    {
        nint channels = _input.PixelStride;
        nint columnStep = _geometry.Stride * channels * _heights;
        nint heights = _heights;
        for (int tile = 0; tile < _geometry.TilesX; tile++)
        {
            float* from = turned + (tile * _geometry.Outputs * columnStep);
            for (nint i = 0; i < _geometry.Stride * channels; i++)
            {
                for (nint height = 0; height < heights; height += TLanes.Count)
                {
                    TTile.TransformInput<TLanes, TVector>(from + height, columnStep, to + height, heights);
                }

                from += heights;
                to += _points * heights;
            }
        }
    }

    private static int WholeVectors(int floats) => (floats + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
}
