namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A model's filters in the layouts of one instruction set's kernels, made when first used. Plans of the same model for other image sizes
/// share them: they may choose other tiles, or round sums to another scale, but have the same weights. Not safe for several threads at
/// once.
/// </summary>
/// <param name="layers">Layers of the model.</param>
internal sealed class FilterCache(int layers)
{
    private readonly List<Entry>?[] _filters = new List<Entry>?[layers];

    /// <summary>Finds a layer's filters.</summary>
    /// <typeparam name="T">Their layout.</typeparam>
    /// <param name="layer">The layer's position.</param>
    /// <param name="outputs">Rows and columns of outputs in a tile; 0 without tiles.</param>
    /// <param name="scale">What sums of 8-bit filters are rounded to, which a layer fused after this one changes; 0 for floats.</param>
    /// <returns>The filters; null if they are not made yet.</returns>
    public T? Find<T>(int layer, int outputs = 0, float scale = 0)
        where T : class
    {
        foreach (Entry entry in _filters[layer] ?? [])
        {
            if (entry.Filters is T found && entry.Outputs == outputs && entry.Scale == scale) return found;
        }

        return null;
    }

    /// <summary>Adds a layer's filters. The parameters are those of <see cref="Find"/>.</summary>
    /// <returns>The filters.</returns>
    public T Add<T>(T filters, int layer, int outputs = 0, float scale = 0)
        where T : class
    {
        (_filters[layer] ??= []).Add(new Entry(filters, outputs, scale));
        return filters;
    }

    private sealed class Entry(object filters, int outputs, float scale)
    {
        public readonly object Filters = filters;
        public readonly int Outputs = outputs;
        public readonly float Scale = scale;
    }
}
