using System.Collections.Immutable;

namespace MicroExpNet.Video;

/// <summary>One face over a film.</summary>
/// <param name="Track">Its number.</param>
/// <param name="Labels">The classes' names: those of the eight expressions, or the model's own.</param>
/// <param name="First">The time of the first frame that shows it.</param>
/// <param name="Last">The time of the last frame that shows it.</param>
/// <param name="Seen">How long frames show it, gaps left out.</param>
/// <param name="Frames">The frames that show it.</param>
/// <param name="MeanScores">The mean probability of each class, in the order of <paramref name="Labels"/>; they sum to 1.</param>
/// <param name="Shares">The share of its time in which it shows each class; they sum to 1.</param>
/// <param name="Peaks">The highest probability of each class.</param>
/// <param name="PeakTimes">The time of the first frame with that probability.</param>
/// <param name="Transitions">
/// How often the class that it shows changed from one of its frames to the next, <c>[from][to]</c>.
/// </param>
/// <param name="MeanTopProbability">The mean of the highest probability: how sure the answers are, 0 to 1.</param>
/// <param name="MeanDetectorScore">The detector's mean score, 0 to 1.</param>
public sealed record TrackSummary(
    int Track,
    ImmutableArray<string> Labels,
    TimeSpan First,
    TimeSpan Last,
    TimeSpan Seen,
    int Frames,
    ImmutableArray<double> MeanScores,
    ImmutableArray<double> Shares,
    ImmutableArray<double> Peaks,
    ImmutableArray<TimeSpan> PeakTimes,
    ImmutableArray<ImmutableArray<int>> Transitions,
    double MeanTopProbability,
    double MeanDetectorScore)
{
    /// <summary>The class that it shows for the most time.</summary>
    public string Most => Labels[Shares.IndexOf(Shares.Max())];

    /// <summary>How often the class that it shows changed from one of its frames to the next.</summary>
    public int Changes => Transitions.Sum(row => row.Sum());
}
