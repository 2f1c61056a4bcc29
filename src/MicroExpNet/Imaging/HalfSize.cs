namespace MicroExpNet.Imaging;

/// <summary>Halves a picture: each pixel is the mean of 2×2.</summary>
internal static class HalfSize
{
    public static void Average(ReadOnlySpan<byte> source, int stride, int channels, Span<byte> destination, int width, int height)
    {
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> upper = source.Slice(2 * y * stride, 2 * width * channels);
            ReadOnlySpan<byte> lower = source.Slice((2 * y + 1) * stride, 2 * width * channels);
            Span<byte> row = destination.Slice(y * width * channels, width * channels);
            for (int x = 0, i = 0; x < width; x++)
            {
                for (int channel = 0; channel < channels; channel++, i++)
                {
                    int at = 2 * x * channels + channel;
                    int sum = upper[at] + upper[at + channels] + lower[at] + lower[at + channels];

                    // OpenCV rounds halves up, but to even in pictures of two channels, which go another way there.
                    row[i] = (byte)(channels == 2 ? (sum + 1 + ((sum >> 2) & 1)) >> 2 : (sum + 2) >> 2);
                }
            }
        }
    }
}
