namespace MicroExpNet.Cli.Video;

/// <summary>What came of a film's analysis.</summary>
/// <param name="Summary">What was found.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="ReplayedFrames">The frames that an earlier run had done.</param>
/// <param name="ReplayedTime">The time of the last of them.</param>
/// <param name="Report">The report's page; null for none.</param>
/// <param name="IsStopped">Whether the run was stopped before the film's end.</param>
/// <param name="IsCopyLost">Whether the annotated copy was given up then.</param>
internal sealed record FilmOutcome(
    FilmSummary Summary, TimeSpan Elapsed, long ReplayedFrames, TimeSpan ReplayedTime, string? Report, bool IsStopped,
    bool IsCopyLost);
