namespace MicroExpNet.Imaging;

/// <summary>Grey from colour with OpenCV's weights and rounding: 0.299 red, 0.587 green, 0.114 blue in 15-bit fixed point.</summary>
public static class Grayscale
{
    /// <summary>Converts packed pixels of four bytes, red first; the fourth byte is passed over.</summary>
    /// <param name="rgba">The pixels, <c>[count, 4]</c>.</param>
    /// <param name="gray">The grey values, <c>[count]</c>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void FromRgba(ReadOnlySpan<byte> rgba, Span<byte> gray) => throw new NotImplementedException();
}
