namespace MicroExpNet.Training;

/// <summary>The log of one epoch.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="TrainingLoss">Mean loss of the training faces as they were used: augmented, and with the weights of each step.</param>
/// <param name="TrainingAccuracy">Their accuracy, 0 to 1.</param>
/// <param name="ValidationLoss">Mean cross-entropy of the validation faces; NaN without them.</param>
/// <param name="ValidationAccuracy">Their accuracy, 0 to 1; NaN without them.</param>
/// <param name="ValidationMeanRecall">Their mean recall over the classes, 0 to 1; NaN without them.</param>
public sealed record EpochRecord(
    int Epoch, double LearningRate, double TrainingLoss, double TrainingAccuracy,
    double ValidationLoss, double ValidationAccuracy, double ValidationMeanRecall);
