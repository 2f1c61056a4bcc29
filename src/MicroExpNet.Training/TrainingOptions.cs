using System.Collections.Immutable;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training;

/// <summary>How a classifier is trained. The defaults are the original's where it has one.</summary>
public sealed record TrainingOptions
{
    /// <summary>The greatest <see cref="BatchSize"/>.</summary>
    internal const int MaxBatchSize = 65_536;

    private readonly ArrayContent<float> _classWeights = new([]);

    /// <summary>Passes over the training faces, 1 or more.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Faces in a training step, 1 to 65,536.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>How the gradient changes the weights.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>The highest learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>How the learning rate changes.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Constant;

    /// <summary>Epochs over which the learning rate rises, 0 or more; 0 for none. For <see cref="ScheduleKind.OneCycle"/> 0 is 0.3 of the
    /// run.</summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Epochs after which <see cref="ScheduleKind.Step"/> divides the learning rate by ten, above 0.</summary>
    public double StepEpochs { get; init; } = 50_000;

    /// <summary>Weight decay, 0 or more. It applies to weights, never to biases.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Momentum of <see cref="OptimizerKind.Sgd"/>, 0 to 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Maximum norm of a step's gradient, 0 or more; 0 for no bound.</summary>
    public double GradientClip { get; init; }

    /// <summary>
    /// Decay of an exponential moving average of the weights, 0 or more and below 1; 0 for none. With it, the average is evaluated and
    /// saved.
    /// </summary>
    public double WeightAverage { get; init; }

    /// <summary>The probability with which dropout before the last layer keeps a value, above 0, at most 1.</summary>
    public double KeepProbability { get; init; } = 1;

    /// <summary>
    /// Whether each convolution is followed by batch normalisation, over groups of 32 faces. The saved model has it folded into its
    /// convolutions.
    /// </summary>
    public bool BatchNormalization { get; init; }

    /// <summary>Whether training uses a face's soft label (crowd votes) where it has one.</summary>
    public bool SoftLabels { get; init; } = true;

    /// <summary>The share of each label that is spread over all classes, 0 or more and below 1 (label smoothing).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Each class's weight in the loss, <c>[classes]</c>, 0 or more; empty for equal weights.</summary>
    public ImmutableArray<float> ClassWeights
    {
        get => _classWeights.Values;
        init => _classWeights = new ArrayContent<float>(value);
    }

    /// <summary>
    /// τ of logit adjustment (Menon et al., 2021), 0 or more; 0 for none. The loss adds τ times the logarithm of the class frequencies to
    /// the logits.
    /// </summary>
    public double LogitAdjustment { get; init; }

    /// <summary>How evenly classes are sampled: from their own shares (0) to equal shares (1).</summary>
    public double ClassBalance { get; init; }

    /// <summary>T of distillation, the temperature, above 0.</summary>
    public double Temperature { get; init; } = 8;

    /// <summary>λ of distillation, the teacher's share of the loss, 0 to 1.</summary>
    public double Lambda { get; init; } = 0.5;

    /// <summary>Whether the teacher's part of the loss is multiplied by T², as in Hinton, Vinyals, Dean (2015). The original's is
    /// not.</summary>
    public bool ScaleByTemperature { get; init; }

    /// <summary>The random changes of each face.</summary>
    public AugmentationOptions Augmentation { get; init; } = AugmentationOptions.None;

    /// <summary>The network reads a grey value of 0 to 255 times this, plus <see cref="PixelOffset"/>.</summary>
    public float PixelScale { get; init; } = 1 / 63.75f;

    /// <summary>Added after <see cref="PixelScale"/> is applied.</summary>
    public float PixelOffset { get; init; } = -2;

    /// <summary>Whether convolutions keep their initial weights.</summary>
    public bool FreezeConvolutions { get; init; }

    /// <summary>The seed of every random choice. The same seed gives the same bits on any number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads, 1 or more.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Refuses options out of their range.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">An option is out of its range, infinite or not a number.</exception>
    internal void Check(int classes)
    {
        const double maxEpochs = 1e6;
        ArgumentCheck.Require(Epochs >= 1, "epochs must be 1 or more");
        ArgumentCheck.Require(BatchSize is >= 1 and <= MaxBatchSize, $"the batch size must be 1 to {MaxBatchSize}");
        ArgumentCheck.Require(Enum.IsDefined(Optimizer), $"there is no optimiser {Optimizer}");
        ArgumentCheck.Require(Enum.IsDefined(Schedule), $"there is no schedule {Schedule}");
        ArgumentCheck.Require(LearningRate > 0 && double.IsFinite(LearningRate), "the learning rate must be above 0");
        ArgumentCheck.RequireBetween(WarmUpEpochs, 0, maxEpochs, "the warm-up");
        ArgumentCheck.Require(StepEpochs > 0 && double.IsFinite(StepEpochs), "the epochs of a schedule's step must be above 0");
        ArgumentCheck.RequireNotNegative(WeightDecay, "the weight decay");
        ArgumentCheck.RequireBetween(Momentum, 0, 1, "the momentum");
        ArgumentCheck.RequireNotNegative(GradientClip, "the norm that gradients are clipped to");
        ArgumentCheck.Require(WeightAverage is >= 0 and < 1, "the decay of the weights' average must be 0 or more and below 1");
        ArgumentCheck.Require(KeepProbability is > 0 and <= 1, "the keep probability must be above 0 and at most 1");
        ArgumentCheck.Require(LabelSmoothing is >= 0 and < 1, "label smoothing must be 0 or more and below 1");
        ArgumentCheck.RequireNotNegative(LogitAdjustment, "the logit adjustment");
        ArgumentCheck.Require(ClassBalance is >= 0 and <= 1, "class balance must be 0 to 1");
        ArgumentCheck.Require(Temperature > 0 && double.IsFinite(Temperature), "the temperature must be above 0");
        ArgumentCheck.Require(Lambda is >= 0 and <= 1, "lambda must be 0 to 1");
        ArgumentCheck.Require(PixelScale != 0 && float.IsFinite(PixelScale), "the pixel scale must be a number other than 0");
        ArgumentCheck.Require(float.IsFinite(PixelOffset), "the pixel offset must be a number");
        ArgumentCheck.Require(Threads >= 1, "threads must be 1 or more");
        ArgumentCheck.Require(Augmentation is not null, "there must be augmentation options; AugmentationOptions.None changes nothing");
        Augmentation!.Check();
        if (ClassWeights.IsDefaultOrEmpty) return;
        ArgumentCheck.Require(ClassWeights.Length == classes, $"expected {classes} class weights");
        ArgumentCheck.Require(ClassWeights.All(weight => weight >= 0 && float.IsFinite(weight)), "class weights must be 0 or more");
    }
}
