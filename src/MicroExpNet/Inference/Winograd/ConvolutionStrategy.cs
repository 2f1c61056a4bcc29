using MicroExpNet.Architectures;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// Chooses for each convolution between the direct kernel and Winograd tiles by an estimate of vector operations. The direct kernel costs
/// its multiply-adds; tiles cost theirs, their transforms, and the loads of transformed filters, which are many and come from the
/// second-level cache.
/// </summary>
internal static class ConvolutionStrategy
{
    // Cost of loading a filter vector, in multiply-adds; prefetch and out-of-order execution hide most of it.
    private const double FilterLoad = 0.5;

    // Cost of one point of a one-dimensional transform: a load, an operation and a store.
    private const double TransformPoint = 3;

    // Tiles take more memory and are less exact: they must be at least 10 % cheaper to be chosen.
    private const double MaxRelativeCost = 0.9;

    // 256 MiB. Filters and tiles beyond it are no tiny network's, and the estimate, which assumes a cache, does not hold.
    private const long MaxFloats = 1L << 26;

    // A product of 16-bit integers takes twice the time of one of bytes, and the transforms come on top.
    private const double MaxRelativeProducts = 0.4;

    // With more channels, too few bits of a weight are left for sums that fit 32.
    private const int MaxWordChannels = 512;

    private const int MaxLanes = 16;

    // Geometry depends on outputs and taps alone: these stand for F(4, 3) and F(3, 3) of integers too.
    private static readonly WinogradAlgorithm[] WordAlgorithms =
        [new WinogradTileAlgorithm<WinogradF43>(), new WinogradTileAlgorithm<WinogradF33>()];

    private static readonly WinogradAlgorithm[] Algorithms =
    [
        new WinogradTileAlgorithm<WinogradF44>(),
        new WinogradTileAlgorithm<WinogradF43>(),
        new WinogradTileAlgorithm<WinogradF33>(),
        new WinogradTileAlgorithm<WinogradF23>(),
        new WinogradTileAlgorithm<WinogradF42>(),
        new WinogradTileAlgorithm<WinogradF32>(),
    ];

    /// <summary>The tiles that a convolution is divided into, or null where the direct kernel is cheaper.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="lanes">Floats in one vector.</param>
    /// <param name="pools">Whether a 2×2 max pool follows, which can be fused to tiles of an even number of outputs.</param>
    public static WinogradGeometry? Choose(Convolution layer, int lanes, bool pools)
    {
        Window window = layer.Window;
        if (layer.Groups != 1 || window.Height != window.Width || window.StrideY != window.StrideX) return null;
        int taps = (int)((window.Width + window.StrideX - 1L) / window.StrideX);

        // Too few channels for vectors of them.
        bool few = layer.InputShape.Channels < Math.Min(4, lanes);
        WinogradGeometry? best = null;
        double min = MaxRelativeCost * layer.MultiplyAdds / layer.OutputShape.Channels * Vectors(layer.OutputShape.Channels, lanes);
        foreach (WinogradAlgorithm algorithm in Algorithms)
        {
            if (algorithm.Taps != taps || (pools && algorithm.Outputs % 2 != 0)) continue;
            WinogradGeometry geometry = new(layer, algorithm, few);
            if (geometry.FilterFloats(lanes) + geometry.WorkspaceFloats(lanes) > MaxFloats) continue;
            double cost = Cost(geometry, lanes);
            if (cost >= min) continue;
            min = cost;
            best = geometry;
        }

        return best;
    }

    /// <summary>
    /// The tiles of 16-bit integers that a convolution of bytes is divided into, or null where the direct kernel is cheaper. The choice is
    /// the same on every processor, for it decides what is rounded.
    /// </summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="pools">Whether a 2×2 max pool follows.</param>
    public static WinogradGeometry? ChooseForBytes(Convolution layer, bool pools)
    {
        if (layer.Groups != 1 || layer.Window != Window.Square(3, 1)) return null;
        if (layer.InputShape.Channels is < 8 or > MaxWordChannels || layer.OutputShape.Channels < 8) return null;
        WinogradGeometry? best = null;
        double min = MaxRelativeProducts * 9 * layer.OutputShape.Height * layer.OutputShape.Width;
        foreach (WinogradAlgorithm algorithm in WordAlgorithms)
        {
            if (pools && algorithm.Outputs % 2 != 0) continue;
            WinogradGeometry geometry = new(layer, algorithm, inRows: false);
            if (geometry.FilterFloats(MaxLanes) + geometry.WorkspaceFloats(MaxLanes) > MaxFloats) continue;
            double products = (double)geometry.Points * geometry.Points * geometry.TilesX * geometry.TilesY;
            if (products >= min) continue;
            min = products;
            best = geometry;
        }

        return best;
    }

    private static double Cost(WinogradGeometry geometry, int lanes)
    {
        Convolution layer = geometry.Layer;
        double points = geometry.Points, stride = geometry.Stride, channels = layer.InputShape.Channels;
        double filters = Vectors(layer.OutputShape.Channels, lanes);
        double phases = ((points - 1) * stride) + (geometry.InRows ? stride : geometry.FullPhases);
        double products = phases * phases * channels * filters;
        double input = geometry.InRows
            ? stride * points * channels * ((stride * geometry.Outputs / lanes) + Vectors(geometry.Points * geometry.Stride, lanes))
            : 2 * points * points * stride * stride * Vectors(layer.InputShape.Channels, lanes);
        double output = (points + geometry.Outputs) * points * filters;
        return ((double)geometry.TilesX * geometry.TilesY * (products + (TransformPoint * (input + output)))) + (FilterLoad * products);
    }

    private static double Vectors(int floats, int lanes) => (floats + lanes - 1) / lanes;
}
