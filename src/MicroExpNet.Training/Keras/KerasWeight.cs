namespace MicroExpNet.Training.Keras;

/// <summary>A weight of a Keras file.</summary>
/// <param name="name">Its name, e.g. <c>conv2d_1/kernel:0</c>.</param>
/// <param name="dimensions">Its shape.</param>
/// <param name="read">Reads its values.</param>
internal sealed class KerasWeight(string name, int[] dimensions, Func<float[]> read)
{
    /// <summary>Its name, e.g. <c>conv2d_1/kernel:0</c>.</summary>
    public string Name => name;

    /// <summary>The layer that it belongs to, by its name: <c>conv2d_1</c>.</summary>
    public string Layer { get; } = name.Split('/') is [.., string layer, _] ? layer : "";

    /// <summary>What it is to its layer: <c>kernel</c>.</summary>
    public string Role { get; } = name.Split('/')[^1].Split(':')[0];

    /// <summary>Its shape.</summary>
    public IReadOnlyList<int> Dimensions => dimensions;

    /// <summary>Number of its values.</summary>
    public long Length => dimensions.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether a layer has used it.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Reads its values, in C order.</summary>
    public float[] Read()
    {
        IsUsed = true;
        return read();
    }
}
