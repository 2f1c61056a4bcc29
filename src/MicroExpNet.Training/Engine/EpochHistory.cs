namespace MicroExpNet.Training.Engine;

/// <summary>What a classifier's run has recorded so far, as its checkpoint keeps it.</summary>
/// <param name="Accuracy">Sum of the step accuracies of the epoch in progress.</param>
/// <param name="Epochs">Every finished epoch.</param>
/// <param name="BestEpoch">The epoch of the best weights, counted from 1; 0 for none yet.</param>
/// <param name="BestWeights">The best weights, <c>[parameters]</c>; empty for none yet.</param>
/// <param name="BestStatistics">Their normalisation statistics, <c>[statistics]</c>; empty for none.</param>
internal sealed record EpochHistory(
    double Accuracy, IReadOnlyList<EpochRecord> Epochs, int BestEpoch, float[] BestWeights, float[] BestStatistics);
