namespace MicroExpNet.Training;

/// <summary>Where a run stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="ImagesPerSecond">Since the run began or went on, validation apart.</param>
/// <param name="Loss">Mean training loss of the epoch so far.</param>
/// <param name="Remaining">How much longer it should take.</param>
/// <param name="Finished">The epoch that has just ended, or null.</param>
public readonly record struct TrainingProgress(
    long Step, long Steps, long StepsPerEpoch, double ImagesPerSecond, double Loss, TimeSpan Remaining, EpochRecord? Finished);
