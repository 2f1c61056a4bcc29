using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Engine;

/// <summary>The options of a training step, for classifiers and detectors.</summary>
internal sealed record StepOptions
{
    public required int BatchSize { get; init; }

    public required int Threads { get; init; }

    public required bool BatchNormalization { get; init; }

    public double KeepProbability { get; init; } = 1;

    public required OptimizerKind Optimizer { get; init; }

    public double Momentum { get; init; } = 0.9;

    public double WeightDecay { get; init; }

    /// <summary>Maximum norm of the gradient; 0 for no bound.</summary>
    public double GradientClip { get; init; }

    /// <summary>Decay of the moving average of the weights; 0 for none.</summary>
    public double WeightAverage { get; init; }

    public bool FreezeConvolutions { get; init; }
}
