using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MicroExpNet.Imaging;

/// <summary>
/// Antialiased resizing of 8-bit images: each pixel is the mean of the source under a triangle as wide as two pixels of the result, so that
/// every source pixel counts where an image is reduced. ONNX's <c>Resize</c> with <c>antialias</c> does the same.
/// </summary>
internal static class TriangleResize
{
    /// <summary>Computes a window of a resized image. The arguments are not checked.</summary>
    /// <param name="source">The image, <c>[height, width, channels]</c>.</param>
    /// <param name="fullWidth">Columns of the full result.</param>
    /// <param name="fullHeight">Rows of the full result.</param>
    /// <param name="window">The window, inside the full result.</param>
    /// <param name="destination">Receives the window, <c>[height, width, channels]</c>, packed.</param>
    public static void ResizeWindow(ImageView source, int fullWidth, int fullHeight, FaceBox window, Span<byte> destination)
    {
        int channels = source.Channels, length = source.Width * channels;
        int across = MaxTaps(source.Width, fullWidth), down = MaxTaps(source.Height, fullHeight);
        int columns = across * window.Width, floats = length + columns + down;
        int[] rented = ArrayPool<int>.Shared.Rent(floats + (2 * window.Width));
        Span<float> row = MemoryMarshal.Cast<int, float>(rented.AsSpan(0, length));
        Span<float> columnWeights = MemoryMarshal.Cast<int, float>(rented.AsSpan(length, columns));
        Span<float> rowWeights = MemoryMarshal.Cast<int, float>(rented.AsSpan(length + columns, down));
        Span<int> firsts = rented.AsSpan(floats, window.Width), counts = rented.AsSpan(floats + window.Width, window.Width);
        for (int x = 0; x < window.Width; x++)
        {
            (firsts[x], counts[x]) = Weigh(window.X + x, source.Width, fullWidth, columnWeights.Slice(x * across, across));
        }

        for (int y = 0, i = 0; y < window.Height; y++)
        {
            row.Clear();
            (int first, int count) = Weigh(window.Y + y, source.Height, fullHeight, rowWeights);
            for (int k = 0; k < count; k++) Add(source.Pixels.Slice((first + k) * source.Stride, length), rowWeights[k], row);
            for (int x = 0; x < window.Width; x++)
            {
                ReadOnlySpan<float> weights = columnWeights.Slice(x * across, counts[x]);
                for (int channel = 0; channel < channels; channel++, i++)
                {
                    int at = (firsts[x] * channels) + channel;
                    float sum = 0.5f;
                    for (int k = 0; k < weights.Length; k++, at += channels) sum += weights[k] * row[at];
                    destination[i] = (byte)Math.Min(sum, 255);
                }
            }
        }

        ArrayPool<int>.Shared.Return(rented);
    }

    private static int MaxTaps(int length, int resizedLength) =>
        (2 * ((Math.Max(length, resizedLength) + resizedLength - 1) / resizedLength)) + 1;

    // The source pixels under one pixel's triangle, and their weights, whose sum is 1. Outside, the edge is repeated.
    private static (int First, int Count) Weigh(int index, int length, int resizedLength, Span<float> weights)
    {
        double scale = (double)length / resizedLength, support = Math.Max(scale, 1), centre = (index + 0.5) * scale, sum = 0;
        int from = (int)Math.Floor(centre - support + 0.5), to = (int)Math.Floor(centre + support + 0.5);
        int first = Math.Max(0, from), count = Math.Min(length, to) - first;
        weights.Clear();
        for (int k = from; k < to; k++)
        {
            double weight = Math.Max(0, 1 - (Math.Abs(k + 0.5 - centre) / support));
            weights[Math.Clamp(k - first, 0, count - 1)] += (float)weight;
            sum += weight;
        }

        for (int k = 0; k < count; k++) weights[k] = (float)(weights[k] / sum);
        return (first, count);
    }

    private static void Add(ReadOnlySpan<byte> pixels, float weight, Span<float> sums)
    {
        ReadOnlySpan<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(pixels);
        Span<Vector<float>> sumVectors = MemoryMarshal.Cast<float, Vector<float>>(sums)[..(4 * vectors.Length)];
        for (int i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out Vector<ushort> low, out Vector<ushort> high);
            Add(low, weight, sumVectors.Slice(4 * i, 2));
            Add(high, weight, sumVectors.Slice((4 * i) + 2, 2));
        }

        for (int i = vectors.Length * Vector<byte>.Count; i < pixels.Length; i++) sums[i] += weight * pixels[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector<ushort> pixels, float weight, Span<Vector<float>> sums)
    {
        Vector.Widen(pixels, out Vector<uint> low, out Vector<uint> high);
        sums[0] += Vector.ConvertToSingle(Vector.AsVectorInt32(low)) * weight;
        sums[1] += Vector.ConvertToSingle(Vector.AsVectorInt32(high)) * weight;
    }
}
