namespace MicroExpNet.Benchmarks;

/// <summary>A peer's speed in the same rounds.</summary>
/// <param name="Microseconds">The median time of an image.</param>
/// <param name="TimesAsFast">Its time over this library's, round by round: the median.</param>
/// <param name="LowerQuartile">A quarter of the rounds are below this ratio.</param>
/// <param name="UpperQuartile">A quarter of the rounds are above this ratio.</param>
internal sealed record PeerSpeed(double Microseconds, double TimesAsFast, double LowerQuartile, double UpperQuartile);
