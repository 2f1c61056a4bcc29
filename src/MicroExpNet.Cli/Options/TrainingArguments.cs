using System.CommandLine;
using System.Globalization;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say how a network is trained.</summary>
internal sealed class TrainingArguments
{
    private static readonly TrainingOptions Default = new();

    private static readonly (string Word, ScheduleKind Value)[] Schedules =
        [("constant", ScheduleKind.Constant), ("step", ScheduleKind.Step), ("cosine", ScheduleKind.Cosine),
            ("one-cycle", ScheduleKind.OneCycle)];

    private readonly AugmentationArguments _augmentation = new();
    private readonly Option<int> _epochs = OptionFactory.Integer("--epochs", "N", "Passes over the training faces.", 1, Default.Epochs);
    private readonly Option<int> _batchSize = OptionFactory.Integer(
        "--batch-size", "N", "Faces in a step.", 1, Default.BatchSize, TrainingOptions.MaxBatchSize);
    private readonly Option<double> _learningRate = OptionFactory.Number(
        "--learning-rate", "RATE", "The learning rate at its peak.", 1e-12, 1000, Default.LearningRate);
    private readonly Option<OptimizerKind> _optimizer = OptionFactory.Choice(
        "--optimizer", "The optimiser; adam is TensorFlow 1's.", Default.Optimizer, ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW), ("sgd", OptimizerKind.Sgd));
    private readonly Option<ScheduleKind> _schedule = OptionFactory.Choice(
        "--schedule", "How the learning rate changes.", Default.Schedule, Schedules);
    private readonly Option<double> _warmUp = OptionFactory.Number(
        "--warm-up", "EPOCHS", "Epochs over which the learning rate grows. [default: 0; one-cycle 0.3 of the run]", 0, 100_000, null);
    private readonly Option<double> _stepEpochs = OptionFactory.Number(
        "--step-epochs", "EPOCHS", "Epochs after which the schedule 'step' goes down to a tenth.", 0.001, 1_000_000, Default.StepEpochs);
    private readonly Option<double> _weightDecay = OptionFactory.Number(
        "--weight-decay", "D", "Weight decay, of weights only: decoupled for adamw, added to the gradient for adam and sgd.", 0, 1000,
        Default.WeightDecay);
    private readonly Option<double> _momentum = OptionFactory.Number("--momentum", "M", "Momentum of sgd.", 0, 1, Default.Momentum);
    private readonly Option<double> _clip = OptionFactory.Number(
        "--clip", "NORM", "Largest norm of a step's gradient; 0 for no bound.", 0, double.MaxValue, Default.GradientClip);
    private readonly Option<double> _average = OptionFactory.Number(
        "--average", "DECAY", "Keep a moving average of the weights with this decay, e.g. 0.998; 0 for none.", 0, 0.999999,
        Default.WeightAverage);
    private readonly Option<double?> _keep = new("--keep-probability")
    {
        HelpName = "P",
        Description = "Share that dropout before the last layer keeps. [default: 1, the paper's candidates 0.5]",
        CustomParser = result => OptionValue.Between(0.001, 1)(result),
    };
    private readonly Option<bool?> _normalization = new("--batch-normalization")
    {
        Description = "Normalise each convolution, folded into it in the saved model. [default: for residual networks]",
    };
    private readonly Option<bool> _hardLabels = new("--hard-labels")
    {
        Description = "Train on the one label of each face, also where there are crowd votes.",
    };
    private readonly Option<double> _smoothing = OptionFactory.Number(
        "--label-smoothing", "SHARE", "Share of each label that is spread evenly over all classes.", 0, 0.99, Default.LabelSmoothing);
    private readonly Option<float[]> _classWeights = new("--class-weights")
    {
        HelpName = "W,W,…",
        Description = "Weight of each class in the loss.",
        CustomParser = OptionValue.Numbers,
    };
    private readonly Option<double> _adjustment = OptionFactory.Number(
        "--logit-adjustment", "TAU", "Logit adjustment for unequal classes, e.g. 1; 0 for none.", 0, 10, Default.LogitAdjustment);
    private readonly Option<double> _balance = OptionFactory.Number(
        "--class-balance", "SHARE", "How evenly classes are sampled: 0 as they are, 1 equally.", 0, 1, Default.ClassBalance);
    private readonly Option<double> _temperature = OptionFactory.Number(
        "--temperature", "T", "Temperature of distillation.", 0.001, 1000, Default.Temperature);
    private readonly Option<double> _lambda = OptionFactory.Number(
        "--lambda", "L", "The teacher's share of the loss.", 0, 1, Default.Lambda);
    private readonly Option<bool> _scaled = new("--scale-by-temperature")
    {
        Description = "Multiply the teacher's part by T², as Hinton does; the paper does not.",
    };
    private readonly Option<bool> _freeze = new("--freeze") { Description = "Keep the convolutions of --init unchanged." };
    private readonly Option<int> _seed = OptionFactory.Integer("--seed", "N", "Seed of everything random.", 0, (int)Default.Seed);
    private readonly Option<int> _threads = new("--threads")
    {
        HelpName = "N",
        Description = "Threads. [default: one for each core]",
        CustomParser = OptionValue.Integer(1),
    };

    private Option[] OfTeacher => [_temperature, _lambda, _scaled];

    /// <summary>Adds the options.</summary>
    /// <param name="command">Where to.</param>
    /// <param name="forSweep">Whether the command has options of its own for what a sweep varies.</param>
    /// <param name="continues">Whether a run may start from a model.</param>
    public void AddTo(Command command, bool forSweep = false, bool continues = false)
    {
        foreach (Option option in new Option[]
        {
            _epochs, _batchSize, _learningRate, _optimizer, _schedule, _warmUp, _stepEpochs, _weightDecay, _momentum, _clip, _average,
                _keep, _normalization, _hardLabels,
            _smoothing, _classWeights, _adjustment, _balance, _temperature, _lambda, _scaled,
            _freeze, _seed, _threads,
        })
        {
            if (option == _freeze && !continues) continue;
            if (!forSweep || (option != _temperature && option != _lambda && option != _seed)) command.Add(option);
        }

        _augmentation.AddTo(command);
    }

    /// <summary>The word for a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    public static string NameOf(ScheduleKind schedule) => Schedules.First(one => one.Value == schedule).Word;

    /// <summary>Whether the convolutions of --init stay unchanged.</summary>
    public bool Freezes(ParseResult parsed) => parsed.GetValue(_freeze);

    /// <summary>The share that dropout keeps, if it was given.</summary>
    public double? KeepProbability(ParseResult parsed) => parsed.GetValue(_keep);

    /// <summary>The settings that were asked for.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="network">The network's options, which some defaults follow from.</param>
    /// <param name="faces">The faces to train on.</param>
    /// <param name="continues">Whether the run starts from a model, whose normalisations are folded.</param>
    /// <exception cref="CommandException">The faces are of one class, or the class weights do not fit them.</exception>
    public TrainingOptions Read(ParseResult parsed, NetworkOptions network, FaceDataSet faces, bool continues)
    {
        RefuseIdle(parsed);
        TrainingOptions settings = Read(parsed, network, continues);
        int[] classes = [.. faces.Samples.Select(sample => sample.Label).Distinct()];
        if (classes is [int only])
        {
            throw new CommandException(
                ExitCode.InputFailed, $"{faces.Name}: all faces are of one class, {faces.Labels[only]}; expected two or more");
        }

        if (settings.ClassWeights.IsEmpty) return settings;
        if (settings.ClassWeights.Length != faces.Labels.Length)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"{_classWeights.Name}: {settings.ClassWeights.Length} weights; expected {faces.Labels.Length}, one each for " +
                string.Join(", ", faces.Labels));
        }

        return classes.Any(label => settings.ClassWeights[label] > 0)
            ? settings
            : throw new CommandException(
                ExitCode.WrongCommand, $"{_classWeights.Name}: all faces are of classes with the weight 0; expected one above 0");
    }

    /// <summary>Refuses options of a teacher where there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="CommandException">One is given.</exception>
    public void RefuseTeachers(ParseResult parsed)
    {
        if (OfTeacher.FirstOrDefault(option => IsGiven(parsed, option)) is not { } idle) return;
        throw new CommandException(
            ExitCode.WrongCommand, $"{idle.Name} says how to learn from a teacher; give --teacher-logits");
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private void RefuseIdle(ParseResult parsed)
    {
        if (IsGiven(parsed, _momentum) && parsed.GetValue(_optimizer) != OptimizerKind.Sgd)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{_momentum.Name} is for {_optimizer.Name} sgd");
        }

        if (IsGiven(parsed, _stepEpochs) && parsed.GetValue(_schedule) != ScheduleKind.Step)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{_stepEpochs.Name} is for {_schedule.Name} step");
        }

        if (parsed.GetValue(_schedule) == ScheduleKind.Step && !IsGiven(parsed, _stepEpochs)
            && parsed.GetValue(_epochs) <= Default.StepEpochs)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_schedule.Name} step goes down after {Default.StepEpochs:N0} epochs, and the run has " +
                        $"{parsed.GetValue(_epochs):N0}; give {_stepEpochs.Name}"));
        }
    }

    private TrainingOptions Read(ParseResult parsed, NetworkOptions network, bool continues) => Default with
    {
        Epochs = parsed.GetValue(_epochs),
        BatchSize = parsed.GetValue(_batchSize),
        LearningRate = parsed.GetValue(_learningRate),
        Optimizer = parsed.GetValue(_optimizer),
        Schedule = parsed.GetValue(_schedule),
        WarmUpEpochs = parsed.GetValue(_warmUp),
        StepEpochs = parsed.GetValue(_stepEpochs),
        WeightDecay = parsed.GetValue(_weightDecay),
        Momentum = parsed.GetValue(_momentum),
        GradientClip = parsed.GetValue(_clip),
        WeightAverage = parsed.GetValue(_average),
        KeepProbability = parsed.GetValue(_keep) ?? network.DefaultKeepProbability(parsed),
        BatchNormalization = parsed.GetValue(_normalization) ?? (network.IsResidual(parsed) && !continues),
        SoftLabels = !parsed.GetValue(_hardLabels),
        LabelSmoothing = parsed.GetValue(_smoothing),
        ClassWeights = parsed.GetValue(_classWeights) is { Length: > 0 } weights ? [.. weights] : [],
        LogitAdjustment = parsed.GetValue(_adjustment),
        ClassBalance = parsed.GetValue(_balance),
        Temperature = parsed.GetValue(_temperature),
        Lambda = parsed.GetValue(_lambda),
        ScaleByTemperature = parsed.GetValue(_scaled),
        Augmentation = _augmentation.Read(parsed),
        FreezeConvolutions = parsed.GetValue(_freeze),
        Seed = (ulong)parsed.GetValue(_seed),
        Threads = parsed.GetResult(_threads) is null ? Environment.ProcessorCount : parsed.GetValue(_threads),
    };
}
