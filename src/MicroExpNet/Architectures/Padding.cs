namespace MicroExpNet.Architectures;

/// <summary>Rows and columns of zeros added around an image before a window slides over it.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns to the right.</param>
internal readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Whether nothing is added.</summary>
    public bool IsNone => this == default;

    /// <summary>Whether each side is 0 to <see cref="Window.MaxSize"/>.</summary>
    internal bool IsValid =>
        Top is >= 0 and <= Window.MaxSize && Left is >= 0 and <= Window.MaxSize &&
        Bottom is >= 0 and <= Window.MaxSize && Right is >= 0 and <= Window.MaxSize;

    /// <summary>
    /// TensorFlow's SAME padding: the output has ⌈size / stride⌉ rows or columns. Where the total is odd, the extra row or column is at the
    /// bottom or right.
    /// </summary>
    /// <param name="input">The image the window slides over.</param>
    /// <param name="window">The window.</param>
    /// <exception cref="ArgumentException">A size or stride of the window is not 1 to 65,536.</exception>
    public static Padding Same(TensorShape input, Window window)
    {
        if (!window.IsValid)
        {
            throw new ArgumentException($"the window is {window}; expected sizes and strides of 1 to {Window.MaxSize}", nameof(window));
        }

        int vertical = Total(input.Height, window.Height, window.StrideY);
        int horizontal = Total(input.Width, window.Width, window.StrideX);
        return new Padding(vertical / 2, horizontal / 2, vertical - vertical / 2, horizontal - horizontal / 2);
    }

    private static int Total(int size, int window, int stride)
    {
        long output = ((long)size + stride - 1) / stride;
        return (int)Math.Max(0, ((output - 1) * stride) + window - size);
    }
}
