namespace MicroExpNet.Imaging;

/// <summary>Bilinear resizing of 8-bit images with OpenCV's arithmetic (<c>INTER_LINEAR</c>): 11-bit coefficients, no
/// antialiasing.</summary>
internal static class BilinearResize
{
    /// <summary>Resizes an image. The same size is a copy; exactly half the size both ways is the mean of each 2×2 pixels, as in
    /// OpenCV.</summary>
    /// <param name="source">The image, <c>[height, width, channels]</c>.</param>
    /// <param name="destination">The result, <c>[height, width, channels]</c>, packed.</param>
    /// <param name="width">Columns of the result, 1 or more.</param>
    /// <param name="height">Rows of the result, 1 or more.</param>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="destination"/> is too short for it.</exception>
    public static void Resize(ImageView source, Span<byte> destination, int width, int height)
    {
        CheckDestination(destination, width, height, source.Channels);
        ResizeWindow(source, width, height, new FaceBox(0, 0, width, height), destination);
    }

    /// <summary>Computes a window of what <see cref="Resize"/> to a full size would give, and only that. The arguments are not
    /// checked.</summary>
    /// <param name="source">The image, <c>[height, width, channels]</c>.</param>
    /// <param name="fullWidth">Columns of the full result.</param>
    /// <param name="fullHeight">Rows of the full result.</param>
    /// <param name="window">The window, inside the full result.</param>
    /// <param name="destination">Receives the window, <c>[height, width, channels]</c>, packed.</param>
    public static void ResizeWindow(ImageView source, int fullWidth, int fullHeight, FaceBox window, Span<byte> destination)
    {
        int stride = source.Stride, channels = source.Channels;
        if (fullWidth == source.Width && fullHeight == source.Height)
        {
            int length = window.Width * channels;
            for (int y = 0; y < window.Height; y++)
            {
                source.Pixels.Slice(((window.Y + y) * stride) + (window.X * channels), length).CopyTo(destination[(y * length)..]);
            }
        }
        else if (fullWidth * 2L == source.Width && fullHeight * 2L == source.Height)
        {
            HalfSize.Average(source.Slice(new FaceBox(window.X * 2, window.Y * 2, window.Width * 2, window.Height * 2)), destination);
        }
        else
        {
            using var columns = new ColumnTaps(source.Width, fullWidth, window.X, window.Width, channels);
            using var rows = new ResizedRows(source.Pixels, stride, columns);
            double scale = Tap.Scale(source.Height, fullHeight);
            for (int y = 0; y < window.Height; y++)
            {
                rows.Blend(Tap.At(window.Y + y, source.Height, scale), destination.Slice(y * columns.Length, columns.Length));
            }
        }
    }

    /// <summary>Refuses a destination too short for an image.</summary>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="destination"/> is too short for it.</exception>
    public static void CheckDestination(Span<byte> destination, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ulong needed = (ulong)(uint)width * (uint)height * (uint)channels;
        if ((uint)destination.Length < needed)
        {
            throw new ArgumentException(
                $"{destination.Length} bytes for a result of {width}×{height} pixels of {channels} bytes; expected at least {needed}",
                nameof(destination));
        }
    }
}
