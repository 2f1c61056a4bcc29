namespace MicroExpNet.Training.Detection;

/// <summary>How a face detector is trained.</summary>
public sealed record DetectorTrainingSettings
{
    /// <summary>Steps, 1 or more.</summary>
    public long Steps { get; init; } = 20_000;

    /// <summary>Composed images in a step, 1 or more.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The highest learning rate, above 0, of AdamW with one cycle.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Weight decay, 0 or more.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of the weights' moving average, which is what is kept: 0 or more, below 1.</summary>
    public double WeightAverage { get; init; } = 0.999;

    /// <summary>Steps between looks at the validation scenes, 1 or more.</summary>
    public int StepsPerReport { get; init; } = 1000;

    /// <summary>Threads, 1 or more.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Seed of initial values and scenes.</summary>
    public ulong Seed { get; init; } = 1;
}
