using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// How a convolution is divided into tiles. A convolution of stride s is the sum of s² convolutions of stride 1, each of a phase of the
/// image (every s-th row and column) with a phase of the filter, so a tile reads s times as many rows and columns as it has nodes.
/// </summary>
/// <remarks>
/// Infinity reaches only the last output of a tile. Where the image ends before a tile does, that output is not needed, so nothing need be
/// multiplied there. Tiles are numbered such that those which are multiplied at a point follow one another: the last column of tiles, then
/// the others row by row, then the corner. Tiles in rows are numbered row by row: there the last row of points alone is left out.
/// </remarks>
internal sealed class WinogradGeometry
{
    // Of tiles whose last outputs are needed; in rows, columns of all.
    private readonly int _columns;
    private readonly int _wholeRows;

    /// <summary>Divides a convolution into tiles.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="inRows">Whether a block of tiles lies in one row of tiles.</param>
    public WinogradGeometry(Convolution layer, WinogradAlgorithm algorithm, bool inRows)
    {
        int outputs = algorithm.Outputs, taps = algorithm.Taps;
        Layer = layer;
        Algorithm = algorithm;
        Points = outputs + taps - 1;
        Stride = layer.Window.StrideX;
        FullPhases = layer.Window.Width - (Stride * (taps - 1));
        TilesX = (layer.OutputShape.Width + outputs - 1) / outputs;
        TilesY = (layer.OutputShape.Height + outputs - 1) / outputs;
        InRows = inRows;
        _wholeRows = layer.OutputShape.Height / outputs;
        _columns = inRows ? TilesX : layer.OutputShape.Width / outputs;
        LastColumnStart = _columns < TilesX ? _wholeRows : 0;
        LastColumnEnd = LastColumnStart + (TilesY * _columns);
        LastRowEnd = LastColumnStart + (_wholeRows * _columns);
        Border = new Padding(
            layer.Padding.Top,
            layer.Padding.Left,
            After(TilesY, layer.Padding.Top + (long)layer.InputShape.Height),
            After(TilesX, layer.Padding.Left + (long)layer.InputShape.Width));
    }

    public readonly Convolution Layer;

    /// <summary>The algorithm.</summary>
    public readonly WinogradAlgorithm Algorithm;

    /// <summary>m: rows and columns of outputs in a tile.</summary>
    public int Outputs => Algorithm.Outputs;

    /// <summary>r: rows and columns of a filter's phase.</summary>
    public int Taps => Algorithm.Taps;

    /// <summary>m + r − 1: points of a tile along one axis, the last of them infinity.</summary>
    public readonly int Points;

    /// <summary>Stride of the convolution: along one axis, the number of phases.</summary>
    public readonly int Stride;

    /// <summary>
    /// Along one axis, the phases whose filter has all its taps; they come first. The others lack the last one, so their transform is
    /// zero at infinity, and nothing is multiplied there.
    /// </summary>
    public readonly int FullPhases;

    public readonly int TilesX;

    public readonly int TilesY;

    /// <summary>Whether a block of tiles lies in one row of tiles.</summary>
    public readonly bool InRows;

    /// <summary>Zeros that the tiles read around the image.</summary>
    public readonly Padding Border;

    /// <summary>The tiles that are multiplied at the last row of points: those before this number.</summary>
    public readonly int LastRowEnd;

    /// <summary>The first tile that is multiplied at the last column of points.</summary>
    public readonly int LastColumnStart;

    /// <summary>The tile after the last one that is multiplied at the last column of points.</summary>
    public readonly int LastColumnEnd;

    /// <summary>The place of a tile in the image. Inlined: the loops over tiles would call it unoptimised for the first second.</summary>
    /// <param name="tile">The tile's number.</param>
    /// <param name="row">Its row, in tiles.</param>
    /// <param name="column">Its column, in tiles.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Locate(int tile, out int row, out int column)
    {
        (row, column) = (tile, _columns);
        if (tile < LastColumnStart) return;
        row = _wholeRows;
        if (tile >= LastColumnEnd) return;
        (row, column) = Math.DivRem(tile - LastColumnStart, _columns);
    }

    /// <summary>Phases that take part at a point, along one axis.</summary>
    /// <param name="point">The point's index.</param>
    public int PhasesAt(int point) => point == Points - 1 ? FullPhases : Stride;

    /// <summary>Floats of memory that the transformed filters take, with what is needed to make them.</summary>
    /// <param name="lanes">Floats in one vector.</param>
    public double FilterFloats(int lanes)
    {
        // The filters, and for each point the index of each tap and the order of the taps, in three numbers.
        double taps = (double)Points * Points * Stride * Stride * Layer.InputShape.Channels;
        return taps * (WholeVectors(Layer.OutputShape.Channels, lanes) + 4);
    }

    /// <summary>An upper bound of the floats of workspace that a block of tiles takes.</summary>
    /// <param name="lanes">Floats in one vector.</param>
    public double WorkspaceFloats(int lanes)
    {
        double width = WholeVectors(Layer.OutputShape.Channels, lanes), channels = WholeVectors(Layer.InputShape.Channels, lanes);
        double pointRows = WholeVectors((double)Points * Stride, lanes);
        double columns = (double)Stride * ((((double)TilesX - 1) * Outputs) + Points);
        double row = (TilesX * (double)Stride * Layer.InputShape.Channels * Points * pointRows)
            + (2 * pointRows * WholeVectors(columns * Layer.InputShape.Channels, lanes));
        double tile = ((double)Points * Points * ((channels * Stride * Stride) + lanes)) + ((double)Points * (Outputs + 1) * width);
        return row + (WinogradBlock.MaxTilesInRow * tile) + WinogradBlock.MaxFloats;
    }

    private static double WholeVectors(double floats, int lanes) => Math.Ceiling(floats / lanes) * lanes;

    // Rows or columns that the last tile reads past the image. Clamped: no layer with such a border fits into memory.
    private int After(int tiles, long before) => (int)Math.Clamp((Stride * (((tiles - 1L) * Outputs) + Points)) - before, 0, int.MaxValue);
}
