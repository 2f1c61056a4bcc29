namespace MicroExpNet.Training;

/// <summary>How far a training run is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="ImagesPerSecond">Faces trained on per second since the run began or was resumed, without validation.</param>
/// <param name="Loss">Mean training loss of the epoch so far.</param>
/// <param name="Remaining">Estimated time to the end.</param>
/// <param name="Finished">The epoch that has just ended; null within an epoch.</param>
public readonly record struct TrainingProgress(
    long Step, long Steps, long StepsPerEpoch, double ImagesPerSecond, double Loss, TimeSpan Remaining, EpochRecord? Finished);
