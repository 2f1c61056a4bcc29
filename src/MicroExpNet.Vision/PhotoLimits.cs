namespace MicroExpNet.Vision;

/// <summary>What decoding a picture may cost.</summary>
/// <param name="MaxPixels">The most pixels, width times height. A picture that claims more is refused before it is decoded.</param>
public sealed record PhotoLimits(long MaxPixels)
{
    /// <summary>200 million pixels, 800 MB when decoded.</summary>
    public static PhotoLimits Default { get; } = new(200_000_000);

    /// <summary>How many pixels a side of a JPEG file one of a grey photo may stand for.</summary>
    internal int MaxReduction { get; init; } = 1;
}
