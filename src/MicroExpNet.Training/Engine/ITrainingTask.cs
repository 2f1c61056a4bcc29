namespace MicroExpNet.Training.Engine;

/// <summary>What a <see cref="TrainingLoop"/> trains. A period is an epoch of a classifier, or a detector's interval between
/// reports.</summary>
internal interface ITrainingTask
{
    /// <summary>The loss of a network that knows nothing; divergence is measured from it where the first loss is smaller.</summary>
    double ChanceLoss { get; }

    /// <summary>Sets the initial weights of a run that starts from nothing.</summary>
    void Initialize();

    /// <summary>Does one training step.</summary>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <returns>The batch's mean loss.</returns>
    double Step(double learningRate);

    /// <summary>Ends a period: evaluates the network and records how good it is.</summary>
    /// <param name="learningRate">The learning rate of the period's last step.</param>
    /// <param name="meanLoss">The mean loss of the period's steps.</param>
    /// <exception cref="TrainingDivergedException">What is measured is not a number.</exception>
    void EndPeriod(double learningRate, double meanLoss);

    /// <summary>Reports progress.</summary>
    /// <param name="progress">How far the run is.</param>
    /// <param name="endsPeriod">Whether a period has just ended.</param>
    void Report(LoopProgress progress, bool endsPeriod);

    /// <summary>What a checkpoint keeps beside the weights; null for nothing.</summary>
    EpochHistory? SaveHistory();

    /// <summary>The model the run would give if it ended now, as an ONNX file; empty for none.</summary>
    byte[] SaveModel();

    /// <summary>Restores what <see cref="SaveHistory"/> gave.</summary>
    /// <param name="history">The history.</param>
    /// <exception cref="InvalidDataException">It does not fit the network.</exception>
    void RestoreHistory(EpochHistory? history);
}
