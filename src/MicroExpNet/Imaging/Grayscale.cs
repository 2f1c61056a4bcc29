using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroExpNet.Imaging;

/// <summary>Grey from colour with OpenCV's weights and rounding: 0.299 red, 0.587 green, 0.114 blue in 15-bit fixed point.</summary>
public static class Grayscale
{
    private const uint Red = 9798;
    private const uint Green = 19235;
    private const uint Blue = 3735;
    private const uint Half = 1 << 14;

    /// <summary>Converts packed pixels of four bytes, red first; the fourth byte is passed over.</summary>
    /// <param name="rgba">The pixels, <c>[count, 4]</c>.</param>
    /// <param name="gray">The grey values, <c>[count]</c>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void FromRgba(ReadOnlySpan<byte> rgba, Span<byte> gray)
    {
        if (rgba.Length != gray.Length * 4L)
        {
            throw new ArgumentException($"{rgba.Length} bytes of colour for {gray.Length} grey values; expected {gray.Length * 4L}", nameof(rgba));
        }

        int i = 0;
        if (BitConverter.IsLittleEndian)
        {
            ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<byte, uint>(rgba);
            for (; i <= gray.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                int quarter = Vector<uint>.Count;
                Vector<ushort> low = Vector.Narrow(FromRgba(pixels[i..]), FromRgba(pixels[(i + quarter)..]));
                Vector<ushort> high = Vector.Narrow(FromRgba(pixels[(i + 2 * quarter)..]), FromRgba(pixels[(i + 3 * quarter)..]));
                Vector.Narrow(low, high).CopyTo(gray[i..]);
            }
        }

        for (; i < gray.Length; i++)
        {
            gray[i] = (byte)((rgba[4 * i] * Red + rgba[4 * i + 1] * Green + rgba[4 * i + 2] * Blue + Half) >> 15);
        }
    }

    private static Vector<uint> FromRgba(ReadOnlySpan<uint> pixels)
    {
        var rgba = new Vector<uint>(pixels);
        var low = new Vector<uint>(0xFF);
        return ((rgba & low) * Red + ((rgba >>> 8) & low) * Green + ((rgba >>> 16) & low) * Blue + new Vector<uint>(Half)) >>> 15;
    }
}
