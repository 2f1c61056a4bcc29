namespace MicroExpNet.Architectures;

/// <summary>A window that slides over an image: the kernel of a convolution or the reach of a pool.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="StrideY">Rows from one place to the next.</param>
/// <param name="StrideX">Columns from one place to the next.</param>
public readonly record struct Window(int Height, int Width, int StrideY, int StrideX)
{
    /// <summary>A square window.</summary>
    /// <param name="size">Rows and columns.</param>
    /// <param name="stride">Places from one position to the next, both ways.</param>
    public static Window Square(int size, int stride) => new(size, size, stride, stride);

    /// <summary>How many places the window takes on a padded image, <c>(rows, columns)</c>; 0 or less where it does not fit.</summary>
    /// <param name="input">The image.</param>
    /// <param name="padding">What is added around it.</param>
    public (int Rows, int Columns) Places(TensorShape input, Padding padding) => (
        FloorDivide(input.Height + padding.Top + padding.Bottom - Height, StrideY) + 1,
        FloorDivide(input.Width + padding.Left + padding.Right - Width, StrideX) + 1);

    /// <summary>E.g. <c>8×8, stride 2</c>.</summary>
    public override string ToString() => $"{Height}×{Width}, stride {(StrideY == StrideX ? $"{StrideY}" : $"{StrideY}×{StrideX}")}";

    private static int FloorDivide(int dividend, int divisor) => dividend >= 0 ? dividend / divisor : -1;
}
