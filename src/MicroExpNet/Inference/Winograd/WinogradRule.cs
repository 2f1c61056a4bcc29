using MicroExpNet.Architectures;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// Chooses for each convolution between the direct kernel and tiles, by counting vector operations: multiply-adds and, for tiles, the
/// transforms (a load, an operation and a store for each point of each axis) and the filters, which at the points are many and come
/// from the second-level cache.
/// </summary>
internal static class WinogradRule
{
    // What a filter's vector takes beyond its multiply-adds, for it is mostly there in time; a point of a one-dimensional transform takes
    // three operations.
    private const double FilterLoad = 0.5;
    private const double TransformPoint = 3;

    // What a layer must promise to gain before it is worth more filters and less exact arithmetic.
    private const double Gain = 0.9;

    private static readonly (int Outputs, int Taps)[] Tiles = [(4, 4), (4, 3), (3, 3), (2, 3), (4, 2), (3, 2)];

    /// <summary>The tiles a convolution is divided into, or null if the direct kernel is the better.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="lanes">Floats in one vector.</param>
    /// <param name="pools">Whether a 2×2 max pool follows, which a tile of an even number of outputs does on the way.</param>
    public static WinogradGeometry? Choose(Convolution layer, int lanes, bool pools)
    {
        Window window = layer.Window;
        if (layer.Groups != 1 || window.Height != window.Width || window.StrideY != window.StrideX) return null;
        int taps = (window.Width + window.StrideX - 1) / window.StrideX;
        WinogradGeometry? best = null;
        double least = Gain * layer.MultiplyAdds / layer.OutputShape.Channels * Vectors(layer.OutputShape.Channels, lanes);
        foreach ((int outputs, int r) in Tiles)
        {
            if (r != taps || (pools && outputs % 2 != 0)) continue;
            WinogradGeometry geometry = new(layer, outputs, taps);
            double cost = Cost(geometry, lanes);
            if (cost >= least) continue;
            least = cost;
            best = geometry;
        }

        return best;
    }

    /// <summary>Whether an image has too few channels for vectors of them.</summary>
    public static bool HasFewChannels(TensorShape shape, int lanes) => shape.Channels < Math.Min(4, lanes);

    private static double Cost(WinogradGeometry geometry, int lanes)
    {
        Convolution layer = geometry.Layer;
        int points = geometry.Points, stride = geometry.Stride, channels = layer.InputShape.Channels;
        double filters = Vectors(layer.OutputShape.Channels, lanes);
        bool few = HasFewChannels(layer.InputShape, lanes);
        int phases = ((points - 1) * stride) + (few ? stride : geometry.FullPhases);
        double products = (double)phases * phases * channels * filters;
        double input = few
            ? stride * points * channels * ((double)stride * geometry.Outputs / lanes + Vectors(points * stride, lanes))
            : 2 * points * points * stride * stride * Vectors(channels, lanes);
        double output = (points + geometry.Outputs) * points * filters;
        return (geometry.TilesX * geometry.TilesY * (products + (TransformPoint * (input + output)))) + (FilterLoad * products);
    }

    private static int Vectors(int floats, int lanes) => (floats + lanes - 1) / lanes;
}
