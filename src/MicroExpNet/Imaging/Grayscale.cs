using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroExpNet.Imaging;

/// <summary>Grey from colour with OpenCV's weights and rounding: 0.299 red, 0.587 green, 0.114 blue in 15-bit fixed point.</summary>
internal static class Grayscale
{
    private const uint Red = 9798;
    private const uint Green = 19235;
    private const uint Blue = 3735;
    private const uint Half = 1 << 14;

    /// <summary>Converts an image of any format; of one with planes, the luma values are copied.</summary>
    /// <param name="image">The image.</param>
    /// <param name="gray">The grey values, <c>[height, width]</c>, packed; of just their length.</param>
    public static void FromImage(ImageView image, Span<byte> gray)
    {
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.Slice(y * image.Stride, image.Width * image.Channels);
            Span<byte> grayRow = gray.Slice(y * image.Width, image.Width);
            switch (image.Format)
            {
                case PixelFormat.Rgb24: FromThreeBytes(row, grayRow, Red, Blue); break;
                case PixelFormat.Bgr24: FromThreeBytes(row, grayRow, Blue, Red); break;
                case PixelFormat.Rgba32: FromFourBytes(row, grayRow, Red, Blue); break;
                case PixelFormat.Bgra32: FromFourBytes(row, grayRow, Blue, Red); break;
                default: row.CopyTo(grayRow); break;
            }
        }
    }

    /// <summary>Converts packed pixels of four bytes, red first; the fourth byte is ignored.</summary>
    /// <param name="rgba">The pixels, <c>[count, 4]</c>.</param>
    /// <param name="gray">The grey values, <c>[count]</c>.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public static void FromRgba(ReadOnlySpan<byte> rgba, Span<byte> gray)
    {
        if (rgba.Length != gray.Length * 4L)
        {
            throw new ArgumentException(
                $"{rgba.Length} bytes of colour for {gray.Length} grey values; expected {gray.Length * 4L}", nameof(rgba));
        }

        FromFourBytes(rgba, gray, Red, Blue);
    }

    private static void FromThreeBytes(ReadOnlySpan<byte> pixels, Span<byte> gray, uint first, uint third)
    {
        pixels = pixels[..(3 * gray.Length)];
        for (int i = 0; i < gray.Length; i++)
        {
            gray[i] = (byte)(((pixels[3 * i] * first) + (pixels[(3 * i) + 1] * Green) + (pixels[(3 * i) + 2] * third) + Half) >> 15);
        }
    }

    private static void FromFourBytes(ReadOnlySpan<byte> bytes, Span<byte> gray, uint first, uint third)
    {
        int i = 0;
        if (BitConverter.IsLittleEndian)
        {
            ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<byte, uint>(bytes);
            for (; i <= gray.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                int quarter = Vector<uint>.Count;
                Vector<uint> one = Weigh(pixels[i..], first, third), two = Weigh(pixels[(i + quarter)..], first, third);
                Vector<uint> three = Weigh(pixels[(i + (2 * quarter))..], first, third);
                Vector<uint> four = Weigh(pixels[(i + (3 * quarter))..], first, third);
                Vector.Narrow(Vector.Narrow(one, two), Vector.Narrow(three, four)).CopyTo(gray[i..]);
            }
        }

        for (; i < gray.Length; i++)
        {
            gray[i] = (byte)(((bytes[4 * i] * first) + (bytes[(4 * i) + 1] * Green) + (bytes[(4 * i) + 2] * third) + Half) >> 15);
        }
    }

    private static Vector<uint> Weigh(ReadOnlySpan<uint> pixels, uint first, uint third)
    {
        var bytes = new Vector<uint>(pixels);
        var low = new Vector<uint>(0xFF);
        Vector<uint> outer = ((bytes & low) * first) + (((bytes >>> 16) & low) * third);
        return (outer + (((bytes >>> 8) & low) * Green) + new Vector<uint>(Half)) >>> 15;
    }
}
