namespace MicroExpNet.Models;

/// <summary>
/// How a face's pixels become the model's input: the box is resized to <see cref="FaceHeight"/>×<see cref="FaceWidth"/>, a window is cut
/// out of that, and the window is resized to the model's input. A model without one takes the box resized straight to its input.
/// </summary>
/// <param name="FaceHeight">Rows the face's box is resized to first.</param>
/// <param name="FaceWidth">Columns the face's box is resized to first.</param>
/// <param name="Top">First row of the window in the resized face.</param>
/// <param name="Left">First column of the window in the resized face.</param>
/// <param name="Height">Rows of the window.</param>
/// <param name="Width">Columns of the window.</param>
public sealed record FaceCrop(int FaceHeight, int FaceWidth, int Top, int Left, int Height, int Width)
{
    /// <summary>The original's way: the box becomes 256×256, of which rows and columns 32 to 256 are taken.</summary>
    public static FaceCrop Original { get; } = new(256, 256, 32, 32, 224, 224);

    /// <summary>Whether the sizes are 1 to 4096 and the window lies inside the resized face.</summary>
    public bool IsValid =>
        FaceHeight is >= 1 and <= 4096 && FaceWidth is >= 1 and <= 4096 && Top >= 0 && Left >= 0 && Height >= 1 && Width >= 1 &&
        (long)Top + Height <= FaceHeight && (long)Left + Width <= FaceWidth;

    /// <summary>E.g. <c>face to 256×256, rows 32 to 256, columns 32 to 256</c>.</summary>
    public override string ToString() =>
        $"face to {FaceHeight}×{FaceWidth}, rows {Top} to {Top + Height}, columns {Left} to {Left + Width}";
}
