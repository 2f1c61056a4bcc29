using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroExpNet.Imaging;

/// <summary>Halves an image: each pixel is the mean of 2×2. An odd last column or row is left out.</summary>
internal static class HalfSize
{
    /// <summary>Halves an image.</summary>
    /// <param name="source">The image, <c>[height, width, channels]</c>.</param>
    /// <param name="destination">The result, <c>[height / 2, width / 2, channels]</c>, packed.</param>
    public static void Average(ImageView source, Span<byte> destination)
    {
        int width = source.Width / 2, height = source.Height / 2, channels = source.Channels, length = 2 * width * channels;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> upper = source.Pixels.Slice(2 * y * source.Stride, length);
            ReadOnlySpan<byte> lower = source.Pixels.Slice(((2 * y) + 1) * source.Stride, length);
            Span<byte> row = destination.Slice(y * width * channels, width * channels);
            if (channels == 1 && BitConverter.IsLittleEndian) AverageGrayRow(upper, lower, row);
            else AverageRow(upper, lower, row, channels);
        }
    }

    private static void AverageRow(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<byte> row, int channels)
    {
        for (int x = 0, i = 0; i < row.Length; x++)
        {
            for (int channel = 0; channel < channels; channel++, i++)
            {
                int at = (2 * x * channels) + channel;
                int sum = upper[at] + upper[at + channels] + lower[at] + lower[at + channels];

                // OpenCV rounds halves up, but to even in images of two channels, which go another way there.
                row[i] = (byte)(channels == 2 ? (sum + 1 + ((sum >> 2) & 1)) >> 2 : (sum + 2) >> 2);
            }
        }
    }

    // Grey values in pairs: the even one is the low byte of a 16-bit number, the odd one its high byte.
    private static void AverageGrayRow(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<byte> row)
    {
        Span<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(row);
        ReadOnlySpan<Vector<ushort>> upperPairs = MemoryMarshal.Cast<byte, Vector<ushort>>(upper)[..(2 * vectors.Length)];
        ReadOnlySpan<Vector<ushort>> lowerPairs = MemoryMarshal.Cast<byte, Vector<ushort>>(lower)[..(2 * vectors.Length)];
        for (int i = 0; i < vectors.Length; i++)
        {
            Vector<ushort> first = AveragePairs(upperPairs[2 * i], lowerPairs[2 * i]);
            vectors[i] = VectorOperations.Narrow(first, AveragePairs(upperPairs[(2 * i) + 1], lowerPairs[(2 * i) + 1]));
        }

        for (int i = vectors.Length * Vector<byte>.Count; i < row.Length; i++)
        {
            row[i] = (byte)((upper[2 * i] + upper[(2 * i) + 1] + lower[2 * i] + lower[(2 * i) + 1] + 2) >> 2);
        }
    }

    private static Vector<ushort> AveragePairs(Vector<ushort> upper, Vector<ushort> lower) =>
        (VectorOperations.SumPairs(upper) + VectorOperations.SumPairs(lower) + new Vector<ushort>(2)) >>> 2;
}
