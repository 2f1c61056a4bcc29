using System.Numerics;
using System.Runtime.CompilerServices;

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

    private static void AverageGrayRow(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<byte> row)
    {
        int at = 0, last = row.Length - Vector<byte>.Count;
        while (at <= last)
        {
            AverageGray(upper, lower, row, at);

            // The last vector computes some pixels again.
            at = at < last ? Math.Min(at + Vector<byte>.Count, last) : row.Length;
        }

        for (; at < row.Length; at++)
        {
            row[at] = (byte)((upper[2 * at] + upper[(2 * at) + 1] + lower[2 * at] + lower[(2 * at) + 1] + 2) >> 2);
        }
    }

    private static void AverageGray(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<byte> row, int at)
    {
        int first = 2 * at, second = first + Vector<byte>.Count;
        Vector<ushort> low = AveragePairs(new Vector<byte>(upper[first..]), new Vector<byte>(lower[first..]));
        Vector<ushort> high = AveragePairs(new Vector<byte>(upper[second..]), new Vector<byte>(lower[second..]));
        VectorOperations.Narrow(low, high).CopyTo(row[at..]);
    }

    // Grey values in pairs: the even one is the low byte of a 16-bit number, the odd one its high byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> AveragePairs(Vector<byte> upper, Vector<byte> lower) =>
        (VectorOperations.SumPairs(Vector.AsVectorUInt16(upper)) + VectorOperations.SumPairs(Vector.AsVectorUInt16(lower))
            + new Vector<ushort>(2)) >>> 2;
}
