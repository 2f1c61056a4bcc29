namespace MicroExpNet.Imaging;

/// <summary>Bilinear resizing of 8-bit pictures with OpenCV's arithmetic (<c>INTER_LINEAR</c>): 11-bit coefficients, no antialiasing.</summary>
public static class BilinearResize
{
    /// <summary>Resizes a picture.</summary>
    /// <param name="source">The picture, <c>[height, width, channels]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/> × <paramref name="channels"/>.</param>
    /// <param name="channels">Bytes a pixel, 1 to 4.</param>
    /// <param name="destination">The result, <c>[destinationHeight, destinationWidth, channels]</c>, packed.</param>
    /// <param name="destinationWidth">Columns of the result, 1 or more.</param>
    /// <param name="destinationHeight">Rows of the result, 1 or more.</param>
    /// <exception cref="ArgumentException">A size is out of range or a span is too short for it.</exception>
    public static void Resize(
        ReadOnlySpan<byte> source, int width, int height, int stride, int channels, Span<byte> destination, int destinationWidth, int destinationHeight) =>
        throw new NotImplementedException();
}
