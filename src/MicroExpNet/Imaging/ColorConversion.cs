using System.Buffers;

namespace MicroExpNet.Imaging;

/// <summary>Packed pixels of four bytes, red first, from every pixel format.</summary>
internal static class ColorConversion
{
    // BT.601 in video range (luma 16 to 235, colour 16 to 240) in 20-bit fixed point, with OpenCV's constants.
    private const int LumaScale = 1220542;
    private const int RedFromV = 1673527;
    private const int GreenFromU = -409993;
    private const int GreenFromV = -852492;
    private const int BlueFromU = 2116026;
    private const int Half = 1 << 19;

    /// <summary>Converts an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="rgba">Receives the pixels, <c>[height, width, 4]</c>, packed; the fourth byte is 255.</param>
    public static void ToRgba(ImageView image, Span<byte> rgba)
    {
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.Slice(y * image.Stride, image.Width * image.Channels);
            Span<byte> result = rgba.Slice(y * image.Width * 4, image.Width * 4);
            if (image.IsPlanar) FromPlanes(image, row, y, result);
            else FromPacked(row, image.Channels, image.Format is PixelFormat.Bgr24 or PixelFormat.Bgra32, result);
        }
    }

    /// <summary>Converts an image to packed pixels of three bytes; grey becomes three equal values.</summary>
    /// <param name="image">The image.</param>
    /// <param name="triples">Receives the pixels, <c>[height, width, 3]</c>, packed.</param>
    /// <param name="isBlueFirst">Whether blue comes first, not red.</param>
    public static void ToTriples(ImageView image, Span<byte> triples, bool isBlueFirst)
    {
        byte[] rgba = ArrayPool<byte>.Shared.Rent(image.Width * image.Height * 4);
        ToRgba(image, rgba);
        int red = isBlueFirst ? 2 : 0, blue = 2 - red;
        for (int from = 0, to = 0; to < triples.Length; from += 4, to += 3)
        {
            triples[to + red] = rgba[from];
            triples[to + 1] = rgba[from + 1];
            triples[to + blue] = rgba[from + 2];
        }

        ArrayPool<byte>.Shared.Return(rgba);
    }

    private static void FromPacked(ReadOnlySpan<byte> row, int channels, bool isBlueFirst, Span<byte> rgba)
    {
        int last = channels == 1 ? 0 : 2, red = isBlueFirst ? last : 0, green = last / 2, blue = last - red;
        for (int from = 0, to = 0; from < row.Length; from += channels, to += 4)
        {
            rgba[to] = row[from + red];
            rgba[to + 1] = row[from + green];
            rgba[to + 2] = row[from + blue];
            rgba[to + 3] = 255;
        }
    }

    private static void FromPlanes(ImageView image, ReadOnlySpan<byte> luma, int y, Span<byte> rgba)
    {
        int plane = image.Stride * image.Height, stride = image.ChromaStride, step = image.Format == PixelFormat.Nv12 ? 2 : 1;
        int row = plane + (y / 2 * stride), toV = step == 2 ? 1 : stride * image.ChromaHeight;
        ReadOnlySpan<byte> us = image.Pixels[row..], vs = image.Pixels[(row + toV)..];
        for (int x = 0; x < luma.Length; x++)
        {
            int u = us[x / 2 * step] - 128, v = vs[x / 2 * step] - 128, gray = Math.Max(0, luma[x] - 16) * LumaScale;
            rgba[4 * x] = ToByte(gray + (RedFromV * v));
            rgba[(4 * x) + 1] = ToByte(gray + (GreenFromU * u) + (GreenFromV * v));
            rgba[(4 * x) + 2] = ToByte(gray + (BlueFromU * u));
            rgba[(4 * x) + 3] = 255;
        }
    }

    private static byte ToByte(int value) => (byte)Math.Clamp((value + Half) >> 20, 0, 255);
}
