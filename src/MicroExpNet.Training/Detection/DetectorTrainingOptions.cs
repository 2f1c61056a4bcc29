namespace MicroExpNet.Training.Detection;

/// <summary>How a face detector is trained.</summary>
public sealed record DetectorTrainingOptions
{
    /// <summary>Training steps, 1 or more.</summary>
    public long Steps { get; init; } = 20_000;

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
}
