using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// Input transform of images of many channels, a vector of channels at a time. The values of a block of tiles are stored as
/// <c>[point, tile, phase, channel]</c>, with the channels rounded up to whole vectors.
/// </summary>
internal sealed unsafe class ChannelWinogradInput<TLanes, TVector, TTile> : WinogradInput
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
    where TTile : struct, IWinogradTile
{
    private readonly WinogradGeometry _geometry;
    private readonly Region _input;
    private readonly int _start;
    private readonly int _channels;
    private readonly int _pointStride;
    private readonly int _points;

    public ChannelWinogradInput(WinogradGeometry geometry, Region input, int blockTiles)
    {
        _geometry = geometry;
        _input = input;
        _start = input.Offset - (geometry.Border.Top * input.RowStride) - (geometry.Border.Left * input.PixelStride);
        _points = geometry.Points;
        _channels = (input.Shape.Channels + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        TileStride = geometry.Stride * geometry.Stride * _channels;
        _pointStride = blockTiles * TileStride;
    }

    // The last point's values, and the values of one tile after its columns have been transformed.
    public override int Length => _points * _points * (_pointStride + TLanes.Count);

    public override int TileStride { get; }

    public override int PointOffset(int row, int column) => ((row * _points) + column) * _pointStride;

    public override Runs RunsAt(int row, int column)
    {
        List<int> offsets = [];
        for (int phaseRow = 0; phaseRow < _geometry.PhasesAt(row); phaseRow++)
        {
            for (int phaseColumn = 0; phaseColumn < _geometry.PhasesAt(column); phaseColumn++)
            {
                offsets.Add(((phaseRow * _geometry.Stride) + phaseColumn) * _channels);
            }
        }

        return new Runs([.. offsets], _input.Shape.Channels).Merged();
    }

    public override (int Row, int Column, int Channel)[] TapsAt(int row, int column)
    {
        int rows = _geometry.PhasesAt(row), columns = _geometry.PhasesAt(column), channels = _input.Shape.Channels, i = 0;
        var taps = new (int Row, int Column, int Channel)[rows * columns * channels];
        for (int phaseRow = 0; phaseRow < rows; phaseRow++)
        {
            for (int phaseColumn = 0; phaseColumn < columns; phaseColumn++)
            {
                for (int channel = 0; channel < channels; channel++) taps[i++] = (phaseRow, phaseColumn, channel);
            }
        }

        return taps;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float* Transform(float* scratch, float* workspace, int first, int count)
    {
        int stride = _geometry.Stride;
        nint tileStep = _geometry.Outputs * stride;
        nint rowStep = (nint)stride * _input.RowStride, columnStep = (nint)stride * _input.PixelStride;
        nint pointStride = _pointStride;
        float* columns = workspace + (_points * _points * pointStride);
        for (int tile = first; tile < first + count; tile++)
        {
            _geometry.Locate(tile, out int tileRow, out int tileColumn);
            float* corner = scratch + _start + (tileRow * tileStep * _input.RowStride) + (tileColumn * tileStep * _input.PixelStride);
            float* to = workspace + ((tile - first) * TileStride);
            for (int phaseRow = 0; phaseRow < stride; phaseRow++)
            {
                for (int phaseColumn = 0; phaseColumn < stride; phaseColumn++)
                {
                    float* from = corner + ((nint)phaseRow * _input.RowStride) + ((nint)phaseColumn * _input.PixelStride);
                    for (int channel = 0; channel < _channels; channel += TLanes.Count)
                    {
                        for (int column = 0; column < _points; column++)
                        {
                            TTile.TransformInput<TLanes, TVector>(
                                from + (column * columnStep), rowStep, columns + (column * TLanes.Count), _points * TLanes.Count);
                        }

                        for (int row = 0; row < _points; row++)
                        {
                            TTile.TransformInput<TLanes, TVector>(
                                columns + (row * _points * TLanes.Count), TLanes.Count, to + (row * _points * pointStride), pointStride);
                        }

                        from += TLanes.Count;
                        to += TLanes.Count;
                    }
                }
            }
        }

        return workspace;
    }
}
