using MicroExpNet.Inference.Winograd;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A model's filters in the layouts of one instruction set's kernels, made when first used. Plans of the same model for other image sizes
/// share them: they may choose other tiles, but have the same weights. Not safe for several threads at once.
/// </summary>
/// <param name="layers">Layers of the model.</param>
internal sealed class FilterCache(int layers)
{
    private readonly PackedFilters?[] _packed = new PackedFilters?[layers];
    private readonly List<WinogradFilters>[] _tiled = new List<WinogradFilters>[layers];

    /// <summary>The filters of a direct convolution.</summary>
    /// <param name="layer">The layer's position.</param>
    /// <param name="pack">Makes them.</param>
    public PackedFilters Packed(int layer, Func<PackedFilters> pack) => _packed[layer] ??= pack();

    /// <summary>The filters of a convolution done as tiles.</summary>
    /// <param name="layer">The layer's position.</param>
    /// <param name="outputs">Rows and columns of outputs in a tile.</param>
    /// <param name="transform">Makes them.</param>
    public WinogradFilters Tiled(int layer, int outputs, Func<WinogradFilters> transform)
    {
        List<WinogradFilters> tiled = _tiled[layer] ??= [];
        foreach (WinogradFilters filters in tiled)
        {
            if (filters.Outputs == outputs) return filters;
        }

        tiled.Add(transform());
        return tiled[^1];
    }
}
