using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>A value of an ONNX graph that depends on the input: the output of a layer, as the graph sees it.</summary>
internal readonly struct Activation(int position, TensorShape shape, AxisOrder order, bool exclusive, TensorShape? flattened = null)
{
    /// <summary>The layer's position, or that of the network's input.</summary>
    public int Position { get; init; } = position;

    /// <summary>Its shape in the library's order.</summary>
    public TensorShape Shape { get; init; } = shape;

    /// <summary>The order in which the graph sees it.</summary>
    public AxisOrder Order { get; init; } = order;

    /// <summary>Whether one node alone reads it, so that a constant factor behind it may be folded into its layer.</summary>
    public bool Exclusive { get; init; } = exclusive;

    /// <summary>
    /// For a vector that was laid out channels first: the image it was. The library lays it out channels last, so constants that meet it are
    /// reordered.
    /// </summary>
    public TensorShape? Flattened { get; init; } = flattened;

    /// <summary>For each of the library's places in the vector, the graph's.</summary>
    public int[] GraphIndexes()
    {
        int[] indexes = new int[Shape.Length];
        if (Flattened is not { } image)
        {
            for (int i = 0; i < indexes.Length; i++) indexes[i] = i;
            return indexes;
        }

        return ChannelsFirstIndexes(image);
    }

    /// <summary>For each place of an image held channels last, its place in the same image held channels first.</summary>
    public static int[] ChannelsFirstIndexes(TensorShape image)
    {
        int[] indexes = new int[image.Length];
        int pixels = image.Height * image.Width;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int channel = 0; channel < image.Channels; channel++) indexes[(pixel * image.Channels) + channel] = (channel * pixels) + pixel;
        }

        return indexes;
    }

    /// <summary>Whether laying an image out channels first or last gives different vectors.</summary>
    public static bool OrderMatters(TensorShape image) => image.Channels > 1 && image.Height * image.Width > 1;
}
