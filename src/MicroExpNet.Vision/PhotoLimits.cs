namespace MicroExpNet.Vision;

/// <summary>What a picture may cost before it is decoded.</summary>
/// <param name="MaxPixels">The most pixels (width times height) that are decoded; a picture that claims more is refused unread.</param>
public sealed record PhotoLimits(long MaxPixels)
{
    /// <summary>200 million pixels, 800 MB decoded.</summary>
    public static PhotoLimits Default { get; } = new(200_000_000);
}
