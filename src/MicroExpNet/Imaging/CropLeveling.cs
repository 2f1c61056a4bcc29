using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MicroExpNet.Imaging;

/// <summary>
/// Levels a crop: brings the mean and the standard deviation of its pixels part of the way to those of well-lit faces, so that dark, bright
/// and pale faces are read alike.
/// </summary>
internal static class CropLeveling
{
    private const double Mean = 128;
    private const double Deviation = 58;

    // A crop without contrast is noise; more would only enlarge it.
    private const double MaxGain = 8;

    // As many squares of bytes as a vector's 32-bit lane can hold.
    private const int Block = 1 << 16;

    /// <summary>The scale and offset that make a crop's pixels the network's input, levelled.</summary>
    /// <param name="crop">The pixels, all channels together.</param>
    /// <param name="leveling">How far they are levelled, 0 to 1.</param>
    /// <param name="scale">The scale of pixels that are not.</param>
    /// <param name="offset">The offset that is added after it.</param>
    public static (float Scale, float Offset) Apply(ReadOnlySpan<byte> crop, float leveling, float scale, float offset)
    {
        long sum = 0, squares = 0;
        for (int first = 0; first < crop.Length; first += Block)
        {
            (uint blockSum, ulong blockSquares) = Sum(crop.Slice(first, Math.Min(Block, crop.Length - first)));
            sum += blockSum;
            squares += (long)blockSquares;
        }

        double mean = (double)sum / crop.Length, deviation = Math.Sqrt(Math.Max(0, ((double)squares / crop.Length) - (mean * mean)));
        double gain = 1 + (leveling * ((Deviation / Math.Max(deviation, Deviation / MaxGain)) - 1));
        double newMean = mean + (leveling * (Mean - mean));
        return ((float)(scale * gain), (float)((scale * (newMean - (gain * mean))) + offset));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (uint Sum, ulong Squares) Sum(ReadOnlySpan<byte> pixels)
    {
        ReadOnlySpan<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(pixels);
        Vector<uint> sums = default, squares = default;
        foreach (Vector<byte> vector in vectors)
        {
            Vector.Widen(vector, out Vector<ushort> low, out Vector<ushort> high);
            sums += Pairs(low + high);
            squares += Pairs(low * low) + Pairs(high * high);
        }

        uint sum = Vector.Sum(sums);
        ulong squareSum = 0;
        for (int i = 0; i < Vector<uint>.Count; i++) squareSum += squares[i];
        foreach (byte pixel in pixels[(vectors.Length * Vector<byte>.Count)..])
        {
            sum += pixel;
            squareSum += (uint)(pixel * pixel);
        }

        return (sum, squareSum);
    }

    private static Vector<uint> Pairs(Vector<ushort> values)
    {
        Vector.Widen(values, out Vector<uint> low, out Vector<uint> high);
        return low + high;
    }
}
