namespace MicroExpNet.Imaging;

/// <summary>Bilinear resizing of 8-bit pictures with OpenCV's arithmetic (<c>INTER_LINEAR</c>): 11-bit coefficients, no antialiasing.</summary>
public static class BilinearResize
{
    /// <summary>Resizes a picture. The same size is a copy; exactly half the size both ways is the mean of each 2×2 pixels, as in OpenCV.</summary>
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
        ReadOnlySpan<byte> source, int width, int height, int stride, int channels, Span<byte> destination, int destinationWidth, int destinationHeight)
    {
        CheckSource(source, width, height, stride, channels);
        CheckDestination(destination, destinationWidth, destinationHeight, channels);
        ResizeWindow(
            source, width, height, stride, channels, destinationWidth, destinationHeight, 0, 0, destination, destinationWidth, destinationHeight);
    }

    /// <summary>
    /// Computes a window of what <see cref="Resize"/> to <paramref name="fullWidth"/>×<paramref name="fullHeight"/> would give, and only
    /// that. Arguments are taken as checked.
    /// </summary>
    internal static void ResizeWindow(
        ReadOnlySpan<byte> source, int width, int height, int stride, int channels, int fullWidth, int fullHeight, int left, int top,
        Span<byte> window, int windowWidth, int windowHeight)
    {
        if (fullWidth == width && fullHeight == height)
        {
            int length = windowWidth * channels;
            for (int y = 0; y < windowHeight; y++)
            {
                source.Slice((top + y) * stride + left * channels, length).CopyTo(window[(y * length)..]);
            }
        }
        else if (fullWidth * 2L == width && fullHeight * 2L == height)
        {
            HalfSize.Average(source[(top * 2 * stride + left * 2 * channels)..], stride, channels, window, windowWidth, windowHeight);
        }
        else
        {
            using var columns = new ColumnTaps(width, fullWidth, left, windowWidth, channels);
            using var rows = new ResizedRows(source, stride, columns);
            for (int y = 0; y < windowHeight; y++)
            {
                Tap tap = Tap.At(top + y, height, fullHeight);
                rows.Blend(tap, window.Slice(y * columns.Length, columns.Length));
            }
        }
    }

    internal static void CheckSource(ReadOnlySpan<byte> source, int width, int height, int stride, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        long row = (long)width * channels;
        if (stride < row) throw new ArgumentException($"rows {stride} bytes apart; {width} pixels of {channels} need at least {row}", nameof(stride));
        long needed = (height - 1L) * stride + row;
        if (source.Length < needed)
        {
            throw new ArgumentException($"{source.Length} bytes for {width}×{height} pixels of {channels}, rows {stride} apart; expected at least {needed}", nameof(source));
        }
    }

    internal static void CheckDestination(Span<byte> destination, int destinationWidth, int destinationHeight, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destinationWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(destinationHeight, 1);
        long needed = (long)destinationWidth * channels * destinationHeight;
        if (destinationWidth * (long)channels > int.MaxValue || destination.Length < needed)
        {
            throw new ArgumentException(
                $"{destination.Length} bytes for a result of {destinationWidth}×{destinationHeight} pixels of {channels}; expected at least {needed}",
                nameof(destination));
        }
    }
}
