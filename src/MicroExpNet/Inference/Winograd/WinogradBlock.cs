namespace MicroExpNet.Inference.Winograd;

/// <summary>How many tiles go through a convolution together.</summary>
internal static class WinogradBlock
{
    /// <summary>Floats of a block's values, which should stay in the second-level cache beside the filters.</summary>
    public const int MaxFloats = 48 * 1024;

    /// <summary>Tiles of an image of few channels, whose blocks lie in one row of tiles.</summary>
    public const int MaxTilesInRow = 12;

    /// <summary>Tiles in one block, 1 or more.</summary>
    /// <param name="geometry">The convolution's tiles.</param>
    /// <param name="lanes">Floats in one vector.</param>
    public static int Tiles(WinogradGeometry geometry, int lanes)
    {
        if (geometry.InRows) return Math.Min(MaxTilesInRow, geometry.TilesX);
        long channels = WholeVectors(geometry.Layer.InputShape.Channels, lanes) * geometry.Stride * geometry.Stride;
        long width = WholeVectors(geometry.Layer.OutputShape.Channels, lanes);
        long floats = (geometry.Points * geometry.Points * channels) + (geometry.Points * (geometry.Outputs + 1) * width);
        return (int)Math.Clamp(MaxFloats / floats, 1, (long)geometry.TilesX * geometry.TilesY);
    }

    private static long WholeVectors(int floats, int lanes) => ((long)floats + lanes - 1) / lanes * lanes;
}
