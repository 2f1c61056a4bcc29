namespace MicroExpNet.Imaging;

/// <summary>Swaps left and right in images.</summary>
internal static class MirrorImage
{
    /// <summary>Computes the mirror images.</summary>
    /// <param name="images"><c>[rows of all images, width, channels]</c>, packed.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">Bytes of a pixel.</param>
    /// <param name="mirrored">Receives the mirror images, laid out alike.</param>
    public static void Fill(ReadOnlySpan<byte> images, int width, int channels, Span<byte> mirrored)
    {
        int length = width * channels;
        for (int row = 0; row < images.Length; row += length)
        {
            Span<byte> destination = mirrored.Slice(row, length);
            images.Slice(row, length).CopyTo(destination);
            destination.Reverse();
            if (channels == 1) continue;
            for (int x = 0; x < length; x += channels) destination.Slice(x, channels).Reverse();
        }
    }
}
