using System.Collections.Immutable;

namespace MicroExpNet.Video;

/// <summary>One face over a film.</summary>
/// <param name="Track">Its number.</param>
/// <param name="First">The time of the first frame that shows it.</param>
/// <param name="Last">The time of the last frame that shows it.</param>
/// <param name="Frames">The frames that show it.</param>
/// <param name="MeanScores">The mean probability of each expression, in the order of <see cref="Expression"/>; they sum to 1.</param>
/// <param name="Shares">The share of its time in which each expression has the highest probability; they sum to 1.</param>
/// <param name="Peaks">The highest probability of each expression.</param>
/// <param name="Changes">How often the expression with the highest probability changed from one of its frames to the next.</param>
/// <param name="MeanDetectorScore">The detector's mean score, 0 to 1.</param>
public sealed record TrackSummary(
    int Track,
    TimeSpan First,
    TimeSpan Last,
    int Frames,
    ImmutableArray<double> MeanScores,
    ImmutableArray<double> Shares,
    ImmutableArray<double> Peaks,
    int Changes,
    double MeanDetectorScore)
{
    /// <summary>The expression that has the highest probability for the most time.</summary>
    public Expression Most => (Expression)Shares.IndexOf(Shares.Max());
}
