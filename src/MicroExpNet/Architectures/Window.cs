namespace MicroExpNet.Architectures;

/// <summary>A window that slides over an image: the kernel of a convolution or the window of a pool.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="StrideY">Rows from one position to the next.</param>
/// <param name="StrideX">Columns from one position to the next.</param>
internal readonly record struct Window(int Height, int Width, int StrideY, int StrideX)
{
    /// <summary>The largest size, stride or padding.</summary>
    internal const int MaxSize = 1 << 16;

    /// <summary>Whether sizes and strides are 1 to <see cref="MaxSize"/>.</summary>
    internal bool IsValid =>
        Height is >= 1 and <= MaxSize && Width is >= 1 and <= MaxSize && StrideY is >= 1 and <= MaxSize && StrideX is >= 1 and <= MaxSize;

    /// <summary>A square window.</summary>
    /// <param name="size">Rows and columns.</param>
    /// <param name="stride">Rows, and columns, from one position to the next.</param>
    public static Window Square(int size, int stride) => new(size, size, stride, stride);

    /// <summary>
    /// The number of positions the window takes on a padded image, <c>(rows, columns)</c>; 0 where it does not fit.
    /// </summary>
    /// <param name="input">The image.</param>
    /// <param name="padding">What is added around it.</param>
    /// <exception cref="ArgumentException">A size or stride is not 1 to 65,536, or a padding not 0 to 65,536.</exception>
    public (int Rows, int Columns) Positions(TensorShape input, Padding padding)
    {
        if (!IsValid) throw new ArgumentException($"the window is {this}; expected sizes and strides of 1 to {MaxSize}");
        if (!padding.IsValid) throw new ArgumentException($"{padding}; expected 0 to {MaxSize} on each side");
        return (
            Positions((long)input.Height + padding.Top + padding.Bottom, Height, StrideY),
            Positions((long)input.Width + padding.Left + padding.Right, Width, StrideX));
    }

    /// <summary>E.g. <c>8×8, stride 2</c>.</summary>
    public override string ToString() => $"{Height}×{Width}, stride {(StrideY == StrideX ? $"{StrideY}" : $"{StrideY}×{StrideX}")}";

    private static int Positions(long size, int window, int stride) =>
        size < window ? 0 : (int)Math.Min(((size - window) / stride) + 1, int.MaxValue);
}
