namespace MicroExpNet.Training.Detection;

/// <summary>How a face detector is trained.</summary>
public sealed record DetectorTrainingOptions
{
    /// <summary>Training steps, 1 or more.</summary>
    public long Steps { get; init; } = 20_000;

    /// <summary>How common odd light, blur, noise and compression are in the scenes, see <see cref="SceneOptions.Degradation"/>.</summary>
    public double Degradation { get; init; } = 1;

    /// <summary>Composed images in a training step, 1 to 65,536.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The highest learning rate of the one-cycle schedule, above 0. The optimiser is AdamW.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Weight decay, 0 or more.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of the moving average of the weights, 0 or more and below 1; 0 for none. The average is evaluated and
    /// saved.</summary>
    public double WeightAverage { get; init; } = 0.999;

    /// <summary>Steps between evaluations on the validation scenes, 1 or more.</summary>
    public int StepsPerReport { get; init; } = 1000;

    /// <summary>Threads, 1 or more.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Seed of the initial weights and of the scenes.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Refuses options out of their range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, infinite or not a number.</exception>
    internal void Check()
    {
        ArgumentCheck.Require(Steps is >= 1 and <= int.MaxValue, "steps must be 1 or more");
        const int maxBatch = TrainingOptions.MaxBatchSize;
        ArgumentCheck.Require(BatchSize is >= 1 and <= maxBatch, $"the batch size must be 1 to {maxBatch}");
        ArgumentCheck.Require(LearningRate > 0 && double.IsFinite(LearningRate), "the learning rate must be above 0");
        ArgumentCheck.Require(WeightAverage is >= 0 and < 1, "the decay of the weights' average must be 0 or more and below 1");
        ArgumentCheck.Require(StepsPerReport >= 1, "steps between reports must be 1 or more");
        ArgumentCheck.Require(Threads >= 1, "threads must be 1 or more");
        ArgumentCheck.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), "the weight decay must be 0 or more");
    }
}
