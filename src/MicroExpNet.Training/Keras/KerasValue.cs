namespace MicroExpNet.Training.Keras;

/// <summary>A value of the graph that is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">
/// Its shape for one image, as Keras has it: <c>[height, width, channels]</c>, which is written as
/// <c>[N, channels, height, width]</c>; or <c>[length]</c>.
/// </param>
internal sealed record KerasValue(string Name, int[] Shape)
{
    /// <summary>Whether it is an image.</summary>
    public bool IsImage => Shape.Length == 3;

    /// <summary>Rows.</summary>
    public int Height => Shape[0];

    /// <summary>Columns.</summary>
    public int Width => Shape[1];

    /// <summary>Channels of an image, or the length of a vector.</summary>
    public int Channels => Shape[^1];

    /// <summary>Number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Its shape for messages.</summary>
    public override string ToString() => $"[{string.Join(", ", Shape)}]";
}
