namespace MicroExpNet.Vision;

/// <summary>What decoding a picture may cost.</summary>
/// <param name="MaxPixels">The most pixels, width times height, 1 or more. A picture that claims more is refused before it is
/// decoded.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="MaxPixels"/> is below 1.</exception>
public sealed record PhotoLimits(long MaxPixels)
{
    /// <summary>200 million pixels, 800 MB when decoded.</summary>
    public static PhotoLimits Default { get; } = new(200_000_000);

    /// <summary>The most pixels, width times height, 1 or more. A picture that claims more is refused before it is decoded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public long MaxPixels { get; init => field = AtLeastOne(value); } = AtLeastOne(MaxPixels);

    /// <summary>How many pixels a side of a JPEG file one of a grey photo may stand for.</summary>
    internal int MaxReduction { get; init; } = 1;

    private static long AtLeastOne(long pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels, 1, nameof(MaxPixels));
        return pixels;
    }
}
