namespace MicroExpNet.Vision;

/// <summary>What decoding a picture may cost.</summary>
/// <param name="MaxPixels">The most pixels, width times height. A picture that claims more is refused before it is decoded.</param>
public sealed record PhotoLimits(long MaxPixels)
{
    /// <summary>200 million pixels, 800 MB when decoded.</summary>
    public static PhotoLimits Default { get; } = new(200_000_000);
}
