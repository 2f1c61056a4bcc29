using System.Runtime.CompilerServices;

namespace MicroExpNet.Training.Detection;

/// <summary>What a JPEG file of low quality does to grey values: the discrete cosine transform of each 8×8 block is rounded to multiples of
/// a quantisation table's entries. A block's mean is rounded from 0 where JPEG rounds it from 128, which moves it by less than a
/// step.</summary>
internal static class JpegArtifacts
{
    private const int Side = 8;

    // The luminance table of the standard (ITU-T T.81, Annex K.1), for a quality of 50.
    private static readonly float[] Table =
    [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly float[] Cosines = MakeCosines();

    /// <summary>Compresses and expands an image in place; what does not fill a block is left as it is.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, packed.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="quality">1 to 100, as libjpeg scales it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Span<float> pixels, int width, int height, int quality)
    {
        float scale = (quality < 50 ? 5000f / quality : 200 - (2 * quality)) / 100;
        Span<float> block = stackalloc float[Side * Side], other = stackalloc float[Side * Side], steps = stackalloc float[Side * Side];
        for (int i = 0; i < steps.Length; i++) steps[i] = Math.Clamp(MathF.Round(Table[i] * scale), 1, 255);
        for (int top = 0; top + Side <= height; top += Side)
        {
            for (int left = 0; left + Side <= width; left += Side)
            {
                for (int y = 0; y < Side; y++) pixels.Slice(((top + y) * width) + left, Side).CopyTo(block[(y * Side)..]);
                Transform(block, other, isInverse: false);
                for (int i = 0; i < block.Length; i++) block[i] = MathF.Round(block[i] / steps[i]) * steps[i];
                Transform(block, other, isInverse: true);
                for (int y = 0; y < Side; y++) block.Slice(y * Side, Side).CopyTo(pixels[(((top + y) * width) + left)..]);
            }
        }
    }

    // Twice along the rows, transposed each time.
    private static void Transform(Span<float> block, Span<float> other, bool isInverse)
    {
        Pass(block, other, isInverse);
        Pass(other, block, isInverse);
    }

    private static void Pass(ReadOnlySpan<float> from, Span<float> to, bool isInverse)
    {
        for (int row = 0; row < Side; row++)
        {
            ReadOnlySpan<float> values = from.Slice(row * Side, Side);
            for (int k = 0; k < Side; k++)
            {
                float sum = 0;
                for (int i = 0; i < Side; i++) sum += values[i] * (isInverse ? Cosines[(i * Side) + k] : Cosines[(k * Side) + i]);
                to[(k * Side) + row] = sum;
            }
        }
    }

    // Orthonormal: row k is the k-th frequency.
    private static float[] MakeCosines()
    {
        float[] cosines = new float[Side * Side];
        for (int k = 0; k < Side; k++)
        {
            for (int i = 0; i < Side; i++)
            {
                cosines[(k * Side) + i] = (float)(
                    Math.Sqrt((k == 0 ? 1.0 : 2.0) / Side) * Math.Cos(((2 * i) + 1) * k * Math.PI / (2 * Side)));
            }
        }

        return cosines;
    }
}
