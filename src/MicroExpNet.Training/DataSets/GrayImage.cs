using SkiaSharp;

namespace MicroExpNet.Training.DataSets;

/// <summary>A grey image in memory.</summary>
public sealed class GrayImage
{
    /// <summary>Wraps pixels that are already in memory.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, packed. The array is kept, not copied.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <exception cref="ArgumentException">The length does not fit the size.</exception>
    public GrayImage(byte[] pixels, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != (long)width * height)
        {
            throw new ArgumentException(
                $"{pixels.LongLength} bytes for {width}×{height} grey pixels; expected {(long)width * height}", nameof(pixels));
        }

        Pixels = pixels;
        Width = width;
        Height = height;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Grey values, <c>[height, width]</c>, packed.</summary>
    public byte[] Pixels { get; }

    /// <summary>Encodes the image as a PNG file.</summary>
    public unsafe byte[] EncodePng()
    {
        using SKBitmap bitmap = new(Width, Height, SKColorType.Gray8, SKAlphaType.Opaque);
        for (int y = 0; y < Height; y++)
        {
            Pixels.AsSpan(y * Width, Width).CopyTo(new Span<byte>((byte*)bitmap.GetPixels() + (y * bitmap.RowBytes), Width));
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
