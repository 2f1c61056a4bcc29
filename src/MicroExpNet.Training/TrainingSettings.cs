using System.Collections.Immutable;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training;

/// <summary>How a network is trained. The defaults are the original's, where it has one.</summary>
public sealed record TrainingSettings
{
    /// <summary>Passes over the training faces, 1 or more.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Faces in a step, 1 or more.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>How the gradient moves the weights.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>The learning rate, at its highest, above 0.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>How the learning rate changes.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Constant;

    /// <summary>Epochs over which the learning rate grows; 0 for none (or, for one cycle, 0.3 of the run).</summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Epochs after which <see cref="ScheduleKind.Step"/> takes the learning rate to a tenth. The original's is 50,000.</summary>
    public double StepEpochs { get; init; } = 50_000;

    /// <summary>Weight decay of weights (never of biases), 0 or more.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>, 0 to 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Greatest norm of a step's gradient; 0 for no bound.</summary>
    public double GradientClip { get; init; }

    /// <summary>Decay of an exponential moving average of the weights, which is then what is evaluated and saved; 0 for none.</summary>
    public double WeightAverage { get; init; }

    /// <summary>What dropout before the last layer keeps, above 0, at most 1.</summary>
    public double KeepProbability { get; init; } = 1;

    /// <summary>Whether each convolution is normalised over groups of 32 faces. It is folded into the convolutions of the saved model.</summary>
    public bool BatchNormalization { get; init; }

    /// <summary>Whether faces that have soft labels (crowd votes) are trained on these.</summary>
    public bool SoftLabels { get; init; } = true;

    /// <summary>Share of each label that is spread over all classes, 0 to 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What each class counts in the loss, <c>[classes]</c>; empty for the same.</summary>
    public ImmutableArray<float> ClassWeights { get; init; } = [];

    /// <summary>τ of logit adjustment (Menon et al., 2021): τ times the logarithm of the class frequencies is added to the logits in the loss; 0 for none.</summary>
    public double LogitAdjustment { get; init; }

    /// <summary>How far draws go from the classes' shares (0) to as many of each class (1).</summary>
    public double ClassBalance { get; init; }

    /// <summary>T of distillation, above 0.</summary>
    public double Temperature { get; init; } = 8;

    /// <summary>λ of distillation, the teacher's share of the loss, 0 to 1.</summary>
    public double Lambda { get; init; } = 0.5;

    /// <summary>Whether the teacher's part of the loss is multiplied by T², as in Hinton, Vinyals, Dean (2015). The original does not.</summary>
    public bool ScaleByTemperature { get; init; }

    /// <summary>What is changed at random about each face.</summary>
    public AugmentationSettings Augmentation { get; init; } = AugmentationSettings.None;

    /// <summary>A grey value 0 to 255 times this, plus <see cref="PixelOffset"/>, is what the network reads.</summary>
    public float PixelScale { get; init; } = 1 / 63.75f;

    /// <summary>Added after <see cref="PixelScale"/>.</summary>
    public float PixelOffset { get; init; } = -2;

    /// <summary>Whether convolutions keep the weights they start from.</summary>
    public bool FreezeConvolutions { get; init; }

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads, 1 or more.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
