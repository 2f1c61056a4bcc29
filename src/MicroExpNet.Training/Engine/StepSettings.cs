using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Engine;

/// <summary>What a training step needs to know whatever is trained.</summary>
internal sealed record StepSettings
{
    public required int BatchSize { get; init; }

    public required int Threads { get; init; }

    public required bool BatchNormalization { get; init; }

    public double KeepProbability { get; init; } = 1;

    public required OptimizerKind Optimizer { get; init; }

    public double Momentum { get; init; } = 0.9;

    public double WeightDecay { get; init; }

    /// <summary>The gradient's greatest norm; 0 for any.</summary>
    public double GradientClip { get; init; }

    /// <summary>Decay of the weights' moving average; 0 for none.</summary>
    public double WeightAverage { get; init; }

    public bool FreezeConvolutions { get; init; }
}
