using MicroExpNet.Architectures;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// How a convolution divides into tiles. One of stride s is the sum of s² convolutions of stride 1, each of a phase of the image (every
/// s-th row and column) with a phase of the filter, so a tile reads s times as many rows and columns as it has nodes.
/// </summary>
internal sealed class WinogradGeometry
{
    public WinogradGeometry(Convolution layer, WinogradAlgorithm algorithm)
    {
        int outputs = algorithm.Outputs, taps = algorithm.Taps;
        Layer = layer;
        Algorithm = algorithm;
        Points = outputs + taps - 1;
        Stride = layer.Window.StrideX;
        FullPhases = layer.Window.Width - (Stride * (taps - 1));
        TilesX = (layer.OutputShape.Width + outputs - 1) / outputs;
        TilesY = (layer.OutputShape.Height + outputs - 1) / outputs;
        int bottom = (Stride * (((TilesY - 1) * outputs) + Points)) - layer.Padding.Top - layer.InputShape.Height;
        int right = (Stride * (((TilesX - 1) * outputs) + Points)) - layer.Padding.Left - layer.InputShape.Width;
        Border = new Padding(layer.Padding.Top, layer.Padding.Left, Math.Max(bottom, 0), Math.Max(right, 0));
    }

    public Convolution Layer { get; }

    public WinogradAlgorithm Algorithm { get; }

    /// <summary>m: rows and columns of outputs in a tile.</summary>
    public int Outputs => Algorithm.Outputs;

    /// <summary>r: rows and columns of a filter's phase.</summary>
    public int Taps => Algorithm.Taps;

    /// <summary>m + r − 1: points of a tile along one axis, the last of them infinity.</summary>
    public int Points { get; }

    /// <summary>Stride of the convolution: along one axis, the number of phases.</summary>
    public int Stride { get; }

    /// <summary>
    /// Along one axis, the phases whose filter has all its taps; they come first. The others lack the last one, so their transform is
    /// zero at infinity, and nothing is multiplied there.
    /// </summary>
    public int FullPhases { get; }

    public int TilesX { get; }

    public int TilesY { get; }

    /// <summary>Zeros the tiles read around the image.</summary>
    public Padding Border { get; }

    /// <summary>Whether a point of this index has only the full phases.</summary>
    public int PhasesAt(int point) => point == Points - 1 ? FullPhases : Stride;
}
