namespace MicroExpNet.Training;

/// <summary>What a checkpoint says of the run it was saved by.</summary>
/// <param name="Epochs">Whole epochs done.</param>
/// <param name="PlannedEpochs">Epochs the run was to do.</param>
/// <param name="IsFinished">Whether all of these are done.</param>
/// <param name="IsPast">Whether more is done than this run is to do, so that it cannot be resumed.</param>
/// <param name="Difference">
/// Names what that run had otherwise than this one, other than the number of epochs; null for nothing. Only where it is null, the run can
/// be resumed.
/// </param>
/// <param name="PlannedLearningRate">The learning rate of the next step, as that run had planned it; 0 after its last one.</param>
/// <param name="LearningRate">The learning rate of the next step in this run; 0 after its last one.</param>
internal sealed record ResumePoint(
    int Epochs, int PlannedEpochs, bool IsFinished, bool IsPast, string? Difference, double PlannedLearningRate, double LearningRate);
