using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>Rotates and mirrors decoded pixels as a file's EXIF orientation says.</summary>
internal static class ExifOrientation
{
    // Reads and writes of a rotation by 90° run at right angles; in tiles both stay in the cache.
    private const int Tile = 64;

    /// <summary>Whether pixels must be moved to be upright.</summary>
    /// <param name="origin">The orientation.</param>
    public static bool Moves(SKEncodedOrigin origin) => origin is > SKEncodedOrigin.TopLeft and <= SKEncodedOrigin.LeftBottom;

    /// <summary>Whether upright pixels have as many columns as the file has rows.</summary>
    /// <param name="origin">The orientation.</param>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop
        or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>Moves pixels upright.</summary>
    /// <typeparam name="T">A pixel.</typeparam>
    /// <param name="origin">The orientation.</param>
    /// <param name="from">The pixels as the file has them, <c>[height, width]</c>.</param>
    /// <param name="to">Receives them upright; of the same length.</param>
    /// <param name="width">Columns of the file.</param>
    /// <param name="height">Rows of the file.</param>
    public static void Apply<T>(SKEncodedOrigin origin, ReadOnlySpan<T> from, Span<T> to, int width, int height)
        where T : unmanaged
    {
        // Index of the upright photo's first pixel, and the steps to its next column and next row.
        int last = width - 1;
        int bottom = (height - 1) * width;
        (int start, int right, int down) = origin switch
        {
            SKEncodedOrigin.TopRight => (last, -1, width),
            SKEncodedOrigin.BottomRight => (bottom + last, -1, -width),
            SKEncodedOrigin.BottomLeft => (bottom, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (bottom, -width, 1),
            SKEncodedOrigin.RightBottom => (bottom + last, -width, -1),
            SKEncodedOrigin.LeftBottom => (last, width, -1),
            _ => (0, 1, width),
        };
        (int uprightWidth, int uprightHeight) = SwapsSides(origin) ? (height, width) : (width, height);
        for (int top = 0; top < uprightHeight; top += Tile)
        {
            for (int left = 0; left < uprightWidth; left += Tile)
            {
                for (int y = top; y < Math.Min(top + Tile, uprightHeight); y++)
                {
                    for (int x = left; x < Math.Min(left + Tile, uprightWidth); x++)
                    {
                        to[(y * uprightWidth) + x] = from[start + (x * right) + (y * down)];
                    }
                }
            }
        }
    }
}
