namespace MicroExpNet.Training.Detection;

/// <summary>How far a detector's training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="ImagesPerSecond">Composed images a second, since this run began.</param>
/// <param name="Loss">Mean loss since the last report.</param>
/// <param name="TimeLeft">Estimated time to the end.</param>
/// <param name="Scores">On the validation scenes; null where none were looked at.</param>
public sealed record DetectorProgress(long Step, long Steps, double ImagesPerSecond, double Loss, TimeSpan TimeLeft, DetectorScores? Scores);
