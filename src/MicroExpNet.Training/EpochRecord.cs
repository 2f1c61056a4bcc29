namespace MicroExpNet.Training;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="LearningRate">At its last step.</param>
/// <param name="TrainingLoss">Mean loss of the faces as trained on: changed at random, with the weights of the moment.</param>
/// <param name="TrainingAccuracy">Their accuracy.</param>
/// <param name="ValidationLoss">Mean cross-entropy with the validation labels; NaN without validation faces.</param>
/// <param name="ValidationAccuracy">Their accuracy; NaN without.</param>
/// <param name="ValidationMeanRecall">Their mean recall over the classes; NaN without.</param>
public sealed record EpochRecord(
    int Epoch, double LearningRate, double TrainingLoss, double TrainingAccuracy, double ValidationLoss, double ValidationAccuracy, double ValidationMeanRecall);
