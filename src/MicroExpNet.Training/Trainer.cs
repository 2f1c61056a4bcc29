using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Optimizers;
using Architecture = MicroExpNet.Architectures.Architecture;

namespace MicroExpNet.Training;

/// <summary>Trains a tiny network on labelled faces, with or without a teacher.</summary>
public sealed class Trainer
{
    private readonly TrainingOptions _options;
    private readonly Architecture _architecture;
    private readonly FaceDataSet _training;

    /// <summary>Prepares a training run.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="architecture">The network. It reads one grey channel, and its labels are the data set's.</param>
    /// <param name="training">The faces to train on, of two classes or more.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the network and the faces do not fit together.</exception>
    public Trainer(TrainingOptions options, Architecture architecture, FaceDataSet training)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(architecture);
        training.RequireConsistent();
        options.Check(training.Labels.Length);
        ArgumentCheck.Require(!training.Samples.IsEmpty, "there are no training faces");
        int classes = training.Samples.Select(sample => sample.Label).Distinct().Count();
        ArgumentCheck.Require(classes >= 2, $"{training.Name}: all faces are of one class; expected two or more");
        ArgumentCheck.Require(
            options.ClassWeights.IsDefaultOrEmpty || training.Samples.Any(sample => options.ClassWeights[sample.Label] > 0),
            "all faces are of classes with the weight 0");
        ArgumentCheck.Require(architecture.Labels.SequenceEqual(training.Labels), "the network's labels are not the data set's");
        ArgumentCheck.Require(architecture.Input.Channels == 1, "the network must read one grey channel");
        _options = options;
        _architecture = architecture;
        _training = training;
    }

    /// <summary>Faces to evaluate on after each epoch; null for none.</summary>
    public FaceDataSet? Validation { get; init; }

    /// <summary>A teacher's logits for each training face, in their order; empty without a teacher.</summary>
    public ImmutableArray<float[]> TeacherLogits { get; init; } = [];

    /// <summary>
    /// The model to start from. Layers of the same shape start with its weights; the last one only where the classes are the same. Its
    /// weights fit the pixels that its card describes: <see cref="TrainingOptions.PixelScale"/> and
    /// <see cref="TrainingOptions.PixelOffset"/> must be the card's.
    /// </summary>
    public Model? Initial { get; init; }

    /// <summary>The saved model's card. Training sets the pixel scaling, the class frequencies and, for the original's windows, the crop;
    /// with validation faces also <see cref="ModelCard.Scores"/>, which without them stay as given.</summary>
    public ModelCard Card { get; init; } = new();

    /// <summary>The file that keeps the run's state. Where it exists, the run is resumed from it. Null for no file.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Whether the run begins anew where the file exists. It is replaced by the run's first checkpoint.</summary>
    internal bool Restarts { get; set; }

    /// <summary>Time between checkpoints. One is also saved at the end and when the run is stopped.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether the epoch with the best validation accuracy is kept, of equals the one with the least loss. Otherwise the last epoch is, as
    /// in the original.
    /// </summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>Time between reports of progress within an epoch.</summary>
    internal TimeSpan ReportInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    private long StepsPerEpoch => Math.Max(1, (long)Math.Round((double)_training.Samples.Length / _options.BatchSize));

    // As the faces are trained on, so they are to be cut.
    private FaceCrop? FaceCrop => _options.Augmentation.Windows ? Models.FaceCrop.Original : Card.FaceCrop;

    // Only what is not the original's way, so that checkpoints of runs without it stay what they are.
    private string Preparation => (Card.Antialias, Card.Leveling, Card.MirrorMean) is (false, 0, false)
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture, $" antialias {Card.Antialias}, leveling {Card.Leveling}, mirror mean {Card.MirrorMean}");

    /// <summary>Trains to the end. Where the checkpoint exists, the run is resumed from it.</summary>
    /// <param name="progress">Receives a report after every epoch and a few times a second.</param>
    /// <param name="cancellationToken">Stops the run before its next step, after its state is saved.</param>
    /// <exception cref="ArgumentException">
    /// The validation faces, the teacher's logits or the initial model do not fit; or the resumed run has done more epochs already.
    /// </exception>
    /// <exception cref="CheckpointFormatException">The checkpoint is damaged, or another run's.</exception>
    /// <exception cref="IOException">The checkpoint cannot be read or written, or another run is using it.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the weights are not numbers, or the loss has grown out of all
    /// proportion.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public TrainingResult Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckProperties();
        using CheckpointFile? file = CheckpointPath is { } path ? new CheckpointFile(path, CheckpointInterval, Fingerprint()) : null;
        long stepsPerEpoch = StepsPerEpoch;
        TrainingCheckpoint? checkpoint = LoadResumed(file, stepsPerEpoch);
        using TrainingEngine engine = new(_options, _architecture, _training, TeacherLogits, checkpoint?.Step ?? 0);
        ClassifierRun run = new(engine, _options, Card with { FaceCrop = FaceCrop }, Validation)
        {
            Initial = Initial,
            KeepsBest = KeepsBest,
            Progress = progress,
            StepsPerEpoch = stepsPerEpoch,
        };
        TrainingLoop loop = new(run, engine.Parallel, Schedule(stepsPerEpoch, stepsPerEpoch * _options.Epochs))
        {
            StepsPerPeriod = stepsPerEpoch,
            PeriodName = "epoch",
            Checkpoint = file,
            ReportInterval = ReportInterval,
            Advice = "a lower learning rate, a warm-up or gradient clipping may help",
        };
        loop.Run(checkpoint, cancellationToken);
        TrainingResult result = run.Finish();
        result.CheckpointFailure = loop.CheckpointFailure;
        return result;
    }

    /// <summary>Reads where the run would be resumed: what <see cref="CheckpointPath"/> holds; null where there is no file.</summary>
    /// <exception cref="CheckpointFormatException">The file is not a training checkpoint, of another version, or damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal ResumePoint? FindResumePoint()
    {
        CheckProperties();
        if (CheckpointPath is null || !File.Exists(CheckpointPath)) return null;
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(CheckpointPath);
        long stepsPerEpoch = checkpoint.StepsPerPeriod, steps = StepsPerEpoch * _options.Epochs;
        return new ResumePoint(
            (int)Math.Min(int.MaxValue, checkpoint.Step / stepsPerEpoch),
            (int)Math.Min(int.MaxValue, checkpoint.Steps / stepsPerEpoch),
            checkpoint.Step == checkpoint.Steps,
            checkpoint.Step > steps,
            Fingerprint().DifferenceFrom(checkpoint.Fingerprint),
            RateAt(checkpoint.Step, checkpoint.Steps),
            RateAt(checkpoint.Step, steps));

        double RateAt(long step, long end) => step < end ? Schedule(StepsPerEpoch, end).At(step) : 0;
    }

    /// <summary>
    /// Reads the model of a checkpoint: that of the best epoch so far (or the last, see <see cref="KeepsBest"/>), calibrated where there
    /// are
    /// validation faces; before the end of the first epoch, that of the weights as they were.
    /// </summary>
    /// <param name="checkpointPath">The checkpoint of a stopped or finished run.</param>
    /// <exception cref="CheckpointFormatException">The file is not a training checkpoint, of another version, damaged, or a
    /// detector's.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model ReadModel(string checkpointPath) => ReadModel(checkpointPath, out _);

    /// <summary>Reads the model of a checkpoint, and whether an epoch was finished.</summary>
    /// <param name="checkpointPath">The checkpoint of a stopped or finished run.</param>
    /// <param name="hasEpoch">Whether an epoch was finished.</param>
    internal static Model ReadModel(string checkpointPath, out bool hasEpoch)
    {
        ArgumentException.ThrowIfNullOrEmpty(checkpointPath);
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(checkpointPath, "expected the file in which a run keeps its state");
        if (checkpoint.Model.Length == 0)
        {
            throw new CheckpointFormatException(
                $"{checkpointPath}: a face detector's checkpoint, which holds no model; let the run go on to its end");
        }
        hasEpoch = checkpoint.Step >= checkpoint.StepsPerPeriod;
        using MemoryStream file = new(checkpoint.Model);
        try
        {
            return Model.Load(file);
        }
        catch (ModelFormatException e)
        {
            throw new CheckpointFormatException($"{checkpointPath}: a damaged training checkpoint; its model cannot be read", e);
        }
    }

    private TrainingCheckpoint? LoadResumed(CheckpointFile? file, long stepsPerEpoch)
    {
        TrainingCheckpoint? checkpoint = Restarts ? null : file?.Load();
        if (checkpoint is null || checkpoint.Step <= stepsPerEpoch * _options.Epochs) return checkpoint;
        long done = (checkpoint.Step + stepsPerEpoch - 1) / stepsPerEpoch;
        throw new ArgumentException(
            $"the run has done {done} epochs already, or has begun the last of them; expected {done} epochs or more");
    }

    private LearningRateSchedule Schedule(long stepsPerEpoch, long steps) => new(
        _options.Schedule, _options.LearningRate, steps, (long)(_options.WarmUpEpochs * stepsPerEpoch),
            (long)(_options.StepEpochs * stepsPerEpoch));

    // The number of epochs may be raised, and the number of threads does not change the bits.
    private RunFingerprint Fingerprint()
    {
        JsonElement json = JsonSerializer.SerializeToElement(_options, TrainingJson.Default.TrainingOptions);
        return RunFingerprint.Of(json, [nameof(_options.Epochs), nameof(_options.Threads)], _architecture,
        [
            ("the training faces", DataHash.Of(_training)),
            ("the validation faces", DataHash.Of(Validation)),
            ("the teacher's logits", DataHash.Of(TeacherLogits)),
            ("the model to start from", DataHash.Of(Initial)),
            ("the face crop", $"{FaceCrop}{Preparation}"),
            ("which epoch is kept", KeepsBest ? "the best" : "the last"),
        ]);
    }

    private void CheckProperties()
    {
        int classes = _training.Labels.Length;
        if (Validation is { } validation)
        {
            validation.RequireConsistent();
            ArgumentCheck.Require(!validation.Samples.IsEmpty, "there are no validation faces; expected some, or no validation set");
            ArgumentCheck.Require(
                validation.Labels.SequenceEqual(_training.Labels), "the validation faces have other classes than the training faces");
        }

        ArgumentNullException.ThrowIfNull(Card, nameof(Card));
        ArgumentCheck.Require(
            Initial is null
            || !_options.BatchNormalization, "batch normalisation cannot start from a model: there it is folded into the convolutions");
        if (Initial?.Card is { } card)
        {
            ArgumentCheck.Require(
                card.PixelScale == _options.PixelScale && card.PixelOffset == _options.PixelOffset,
                FormattableString.Invariant(
                    $"the options read grey values times {_options.PixelScale} plus {_options.PixelOffset}, the model to start from ") +
                FormattableString.Invariant(
                    $"times {card.PixelScale} plus {card.PixelOffset}; expected PixelScale and PixelOffset of its card"));
        }

        if (TeacherLogits.IsDefaultOrEmpty) return;
        ArgumentCheck.Require(TeacherLogits.Length == _training.Samples.Length, "a teacher's logits are needed for every training face");
        for (int i = 0; i < TeacherLogits.Length; i++)
        {
            float[]? logits = TeacherLogits[i];
            ArgumentCheck.Require(
                logits?.Length == classes,
                $"the teacher has {logits?.Length ?? 0} logits for the face '{_training.Samples[i].Name}'; expected {classes}");
            ArgumentCheck.Require(Finite.All(logits), $"the teacher's logits for the face '{_training.Samples[i].Name}' are not numbers");
        }
    }
}
