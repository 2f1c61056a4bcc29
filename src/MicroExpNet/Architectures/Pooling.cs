namespace MicroExpNet.Architectures;

/// <summary>What max and average pools share.</summary>
internal static class Pooling
{
    /// <summary>
    /// The shape a pool gives. Its window must touch the image at every position, or the value there would be undefined.
    /// </summary>
    public static TensorShape Shape(string name, TensorShape input, Window window, Padding padding)
    {
        if (padding.Top >= window.Height || padding.Bottom >= window.Height || padding.Left >= window.Width ||
            padding.Right >= window.Width)
        {
            throw new ArgumentException(
                $"layer '{name}': its padding must be smaller than its {window.Height}×{window.Width} window", nameof(padding));
        }

        (int rows, int columns) = window.Positions(input, padding);
        return new TensorShape(rows, columns, input.Channels);
    }
}
