namespace MicroExpNet.Architectures;

/// <summary>Rows and columns added around an image before a window slides over it.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns to the right.</param>
public readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Whether nothing is added.</summary>
    public bool IsNone => this == default;

    /// <summary>
    /// TensorFlow's SAME padding: the output has ⌈size / stride⌉ places, and where the total is odd the extra row or column is at the
    /// bottom and right.
    /// </summary>
    /// <param name="input">The image the window slides over.</param>
    /// <param name="window">The window.</param>
    public static Padding Same(TensorShape input, Window window)
    {
        int vertical = Total(input.Height, window.Height, window.StrideY);
        int horizontal = Total(input.Width, window.Width, window.StrideX);
        return new Padding(vertical / 2, horizontal / 2, vertical - vertical / 2, horizontal - horizontal / 2);
    }

    private static int Total(int size, int window, int stride)
    {
        int output = (size + stride - 1) / stride;
        return Math.Max(0, (output - 1) * stride + window - size);
    }
}
