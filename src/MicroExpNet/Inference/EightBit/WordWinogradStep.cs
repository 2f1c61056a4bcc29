using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Inference.Winograd;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A 3×3 convolution of bytes as Winograd tiles of 16-bit integers: the input transform and the sums are exact, only the transformed
/// filters are rounded (<see cref="WordFilters"/>), so every processor gives the same bytes. The values of a block of tiles are stored
/// as <c>[point, tile, channel]</c>, with the channels rounded up to whole vectors.
/// </summary>
internal sealed unsafe class WordWinogradStep<TDots, TSums, TLanes, TFloats, TWords, TWordVector, TTile>
    : LanesWinogradStep<TLanes, TFloats, TTile>
    where TDots : struct, IDotLanes<TDots, TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, IFloatLanes<TFloats>
    where TFloats : unmanaged
    where TWords : struct, IWordLanes<TWordVector>
    where TWordVector : unmanaged
    where TTile : struct, IWordTile
{
    private readonly Region _input;
    private readonly WordFilters _filters;
    private readonly int _start;
    private readonly int _pairs;
    private readonly int _tileStride;
    private readonly int _pointStride;

    public WordWinogradStep(
        WinogradGeometry geometry, ByteParameters parameters, FusedLayer fused, FilterCache filters, int workspace)
        : base(geometry, parameters.OutputBiases(fused), fused, workspace)
    {
        _input = fused.Input;
        _filters = filters.Find<WordFilters>(fused.Position, geometry.Outputs, fused.OutputScale) ?? filters.Add(
            new WordFilters(geometry, TTile.Nodes, TTile.InputMatrix, parameters.Weights, parameters.Factors(fused), TDots.Count),
            fused.Position,
            geometry.Outputs,
            fused.OutputScale);
        _start = _input.Offset - (geometry.Border.Top * _input.RowStride) - (geometry.Border.Left * _input.PixelStride);
        int channels = _input.Shape.Channels, whole = Math.Max(2, TWords.Count);
        _pairs = (channels + 1) / 2;
        _tileStride = (channels + whole - 1) / whole * whole;
        _pointStride = BlockTiles * _tileStride;
    }

    // The last point's values, and the values of one tile after its columns have been transformed.
    protected override int InputLength => ((Geometry.Points * Geometry.Points * (_pointStride + TWords.Count)) + 1) / 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override float* Transform(float* scratch, float* workspace, int first, int count)
    {
        int points = Geometry.Points, outputs = Geometry.Outputs;
        nint rowStride = _input.RowStride, pixelStride = _input.PixelStride, pointStride = _pointStride;
        TWordVector zeroPoint = TWords.Broadcast(_input.Quantization!.Value.ZeroPoint);
        short* values = (short*)workspace;
        short* columns = values + (points * points * pointStride);
        for (int tile = first; tile < first + count; tile++, values += _tileStride)
        {
            Geometry.Locate(tile, out int tileRow, out int tileColumn);
            byte* from = (byte*)scratch + _start + (tileRow * outputs * rowStride) + (tileColumn * outputs * pixelStride);
            for (int channel = 0; channel < _tileStride; channel += TWords.Count, from += TWords.Count)
            {
                for (int column = 0; column < points; column++)
                {
                    TTile.TransformInput<TWords, TWordVector, One>(
                        from + (column * pixelStride), rowStride, zeroPoint, columns + (column * TWords.Count), points * TWords.Count);
                }

                for (int row = 0; row < points; row++)
                {
                    TTile.TransformInput<TWords, TWordVector, Two>(
                        (byte*)(columns + (row * points * TWords.Count)), sizeof(short) * TWords.Count, zeroPoint,
                        values + channel + (row * points * pointStride), pointStride);
                }
            }
        }

        return workspace;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyRow(float* values, int row, float* products, float* outputs, int first, int count)
    {
        int points = Geometry.Points;
        WordProduct<TDots, TSums, TLanes, TFloats>.Multiply(
            (short*)values + (row * points * (nint)_pointStride), _pointStride, _tileStride, _pairs, _filters.Weights(row * points),
            _filters.Factors(row * points), Vectors, products, count, points);
        TransformColumns(products, outputs, count);
    }
}
