using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>Rotates and mirrors a decoded photo, whose pixels are from <see cref="PixelPool"/>, as its EXIF orientation says.</summary>
internal static class ExifOrientation
{
    // Reads and writes of a rotation by 90° run at right angles; in tiles both stay in the cache.
    private const int Tile = 64;

    /// <summary>The upright photo.</summary>
    /// <param name="origin">The orientation.</param>
    /// <param name="rgba">The pixels, <c>[height, width, 4]</c>; they belong to the photo or go back to the pool.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="warning">The photo's warning.</param>
    public static Photo Apply(SKEncodedOrigin origin, byte[] rgba, int width, int height, string? warning)
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
        if (start == 0 && right == 1 && down == width) return Photo.FromPool(rgba, width, height, warning);

        bool swapsSides = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom
            or SKEncodedOrigin.LeftBottom;
        (int uprightWidth, int uprightHeight) = swapsSides ? (height, width) : (width, height);
        byte[] upright = PixelPool.Rent(rgba.Length);
        ReadOnlySpan<uint> from = MemoryMarshal.Cast<byte, uint>(rgba.AsSpan());
        Span<uint> to = MemoryMarshal.Cast<byte, uint>(upright.AsSpan());
        for (int top = 0; top < uprightHeight; top += Tile)
        {
            for (int left = 0; left < uprightWidth; left += Tile)
            {
                for (int y = top; y < Math.Min(top + Tile, uprightHeight); y++)
                {
                    for (int x = left; x < Math.Min(left + Tile, uprightWidth); x++)
                    {
                        to[y * uprightWidth + x] = from[start + x * right + y * down];
                    }
                }
            }
        }

        PixelPool.Return(rgba);
        return Photo.FromPool(upright, uprightWidth, uprightHeight, warning);
    }
}
