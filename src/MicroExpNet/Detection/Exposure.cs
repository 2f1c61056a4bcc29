using System.Numerics;
using System.Runtime.InteropServices;

namespace MicroExpNet.Detection;

/// <summary>How much a dark image is brightened for the network, which was trained on well-lit ones.</summary>
internal static class Exposure
{
    // An image without a brighter pixel is dark.
    private const int DarkBelow = 128;

    // What its brightest pixel is brought to.
    private const float BroughtTo = 192;
    private const float MaxGain = 8;

    /// <summary>The factor for an image's grey values, 1 or more: 1 if any of its pixels is bright.</summary>
    /// <param name="image">The grey image.</param>
    public static float GainFor(ImageView image)
    {
        byte brightest = 1;
        for (int y = 0; y < image.Height; y++)
        {
            brightest = Math.Max(brightest, Max(image.Pixels.Slice(y * image.Stride, image.Width)));
            if (brightest >= DarkBelow) return 1;
        }

        return Math.Min(MaxGain, BroughtTo / brightest);
    }

    private static byte Max(ReadOnlySpan<byte> row)
    {
        ReadOnlySpan<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(row);
        Vector<byte> most = Vector<byte>.Zero;
        foreach (Vector<byte> vector in vectors) most = Vector.Max(most, vector);
        byte max = 0;
        for (int i = 0; i < Vector<byte>.Count; i++) max = Math.Max(max, most[i]);
        foreach (byte value in row[(vectors.Length * Vector<byte>.Count)..]) max = Math.Max(max, value);
        return max;
    }
}
