namespace MicroExpNet.Training.Detection;

/// <summary>How far a detector's training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="ImagesPerSecond">Composed images trained on per second since the run began or was resumed, without validation.</param>
/// <param name="Loss">Mean loss since the last report.</param>
/// <param name="Remaining">Estimated time to the end.</param>
/// <param name="Scores">The evaluation on the validation scenes; null without them.</param>
public sealed record DetectorProgress(
    long Step, long Steps, double ImagesPerSecond, double Loss, TimeSpan Remaining, DetectorScores? Scores);
