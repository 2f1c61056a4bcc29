using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>A value of an ONNX graph that depends on the input: the output of a layer, as the graph sees it.</summary>
/// <param name="position">The layer's position, or <see cref="Layer.NetworkInput"/>.</param>
/// <param name="shape">Its shape in the library's order, <c>[height, width, channels]</c>.</param>
/// <param name="order">The order in which the graph sees its axes.</param>
/// <param name="exclusive">Whether one node alone reads it.</param>
internal readonly struct GraphValue(int position, TensorShape shape, AxisOrder order, bool exclusive)
{
    /// <summary>The layer's position, or <see cref="Layer.NetworkInput"/>.</summary>
    public int Position { get; init; } = position;

    /// <summary>Its shape in the library's order, <c>[height, width, channels]</c>.</summary>
    public TensorShape Shape { get; init; } = shape;

    /// <summary>The order in which the graph sees its axes.</summary>
    public AxisOrder Order { get; init; } = order;

    /// <summary>Whether one node alone reads it, so that constants that follow may be folded into its layer.</summary>
    public bool Exclusive { get; init; } = exclusive;

    /// <summary>
    /// For a vector that the graph flattened channels first: the image it was. The library flattens channels last, so constants that meet
    /// the vector are reordered. Null where both orders are the same.
    /// </summary>
    public TensorShape? Flattened { get; init; }

    /// <summary>
    /// For each index of the library's vector, the index of the same value in the graph's; null where both orders are the same.
    /// </summary>
    public int[]? GraphIndexes() => Flattened is { } image ? ChannelsFirstIndexes(image) : null;

    /// <summary>For each index of an image held channels last, the index of the same value in the image held channels first.</summary>
    /// <param name="image">The image's shape.</param>
    public static int[] ChannelsFirstIndexes(TensorShape image)
    {
        int[] indexes = new int[image.Length];
        int pixels = image.Height * image.Width;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int channel = 0; channel < image.Channels; channel++)
            {
                indexes[(pixel * image.Channels) + channel] = (channel * pixels) + pixel;
            }
        }

        return indexes;
    }

    /// <summary>Whether flattening an image channels first and channels last gives different vectors.</summary>
    /// <param name="image">The image's shape.</param>
    public static bool OrderMatters(TensorShape image) => image.Channels > 1 && image.Height * image.Width > 1;
}
