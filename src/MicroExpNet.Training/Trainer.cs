using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Architecture = MicroExpNet.Architectures.Architecture;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training;

/// <summary>Trains a tiny network on labelled faces, with or without a teacher.</summary>
/// <param name="options">How to train.</param>
/// <param name="architecture">The network; its labels are the data set's.</param>
/// <param name="training">The faces to train on.</param>
public sealed class Trainer(TrainingOptions options, Architecture architecture, FaceDataSet training)
{
    /// <summary>Faces to evaluate on after each epoch; null for none.</summary>
    public FaceDataSet? Validation { get; init; }

    /// <summary>A teacher's logits for each training face, in their order; empty without a teacher.</summary>
    public ImmutableArray<float[]> TeacherLogits { get; init; } = [];

    /// <summary>
    /// The model to start from. Layers of the same shape start with its weights; the last one only where the classes are the same.
    /// </summary>
    public Model? Initial { get; init; }

    /// <summary>The saved model's card. Training sets the pixel scaling, the class frequencies and, for the original's windows, the
    /// crop.</summary>
    public ModelCard Card { get; init; } = new();

    /// <summary>The file that keeps the run's state. Where it exists, the run is resumed from it. Null for no file.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Time between checkpoints. One is also saved at the end and when the run is stopped.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether the epoch with the best validation accuracy is kept, of equals the one with the least loss. Otherwise the last epoch is, as
    /// in the original.
    /// </summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>Time between reports of progress within an epoch.</summary>
    internal TimeSpan ReportInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    // As the faces are trained on, so they are to be cut.
    private FaceCrop? FaceCrop => options.Augmentation.Windows ? Models.FaceCrop.Original : Card.FaceCrop;

    /// <summary>Trains to the end. Where the checkpoint exists, the run is resumed from it.</summary>
    /// <param name="progress">Receives a report after every epoch and a few times a second.</param>
    /// <param name="cancellationToken">Stops the run before its next step, after its state is saved.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or the network and the data do not fit together.</exception>
    /// <exception cref="CheckpointFormatException">The checkpoint is damaged, or another run's.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the weights are not numbers, or the loss has grown out of all
    /// proportion.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public TrainingResult Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Check();
        CheckpointFile? file = CheckpointPath is { } path ? new CheckpointFile(path, CheckpointInterval, Fingerprint()) : null;
        TrainingCheckpoint? checkpoint = file?.Load();
        using TrainingEngine engine = new(options, architecture, training, TeacherLogits, checkpoint?.Step ?? 0);
        long stepsPerEpoch = Math.Max(1, (long)Math.Round((double)training.Samples.Length / options.BatchSize));
        ClassifierRun run = new(engine, options, Card with { FaceCrop = FaceCrop }, Validation)
        {
            Initial = Initial,
            KeepsBest = KeepsBest,
            Progress = progress,
            StepsPerEpoch = stepsPerEpoch,
        };
        LearningRateSchedule schedule = new(
            options.Schedule, options.LearningRate, stepsPerEpoch * options.Epochs, (long)(options.WarmUpEpochs * stepsPerEpoch),
                (long)(options.StepEpochs * stepsPerEpoch));
        TrainingLoop loop = new(run, engine.Parallel, schedule)
        {
            StepsPerPeriod = stepsPerEpoch,
            PeriodName = "epoch",
            Checkpoint = file,
            ReportInterval = ReportInterval,
            Advice = "a lower learning rate, a warm-up or gradient clipping may help",
        };
        loop.Run(checkpoint, cancellationToken);
        return run.Finish();
    }

    private RunFingerprint Fingerprint()
    {
        JsonElement json = JsonSerializer.SerializeToElement(options, TrainingJson.Default.TrainingOptions);
        return RunFingerprint.Of(json, [nameof(options.Threads)], architecture,
        [
            ("the training faces", Hash(hash => Append(hash, training))),
            ("the validation faces", Hash(hash => Append(hash, Validation))),
            ("the teacher's logits", Hash(hash => Append(hash, TeacherLogits))),
            ("the model to start from", Hash(hash => Append(hash, Initial))),
            ("the face crop", $"{FaceCrop}"),
            ("which epoch is kept", KeepsBest ? "the best" : "the last"),
        ]);
    }

    private static string Hash(Action<IncrementalHash> append)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, FaceDataSet? data)
    {
        if (data is null) return;
        hash.AppendData(MemoryMarshal.AsBytes(string.Join(',', data.Labels).AsSpan()));
        foreach (FaceSample sample in data.Samples)
        {
            hash.AppendData(MemoryMarshal.AsBytes(sample.Name.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes<int>([sample.Label, sample.Image.Width, sample.Image.Height]));
            hash.AppendData(sample.Image.Pixels);
            hash.AppendData(MemoryMarshal.AsBytes(sample.SoftLabel.AsSpan()));
        }
    }

    private static void Append(IncrementalHash hash, ImmutableArray<float[]> logits)
    {
        foreach (float[] row in logits) hash.AppendData(MemoryMarshal.AsBytes(row.AsSpan()));
    }

    private static void Append(IncrementalHash hash, Model? model)
    {
        if (model is null) return;
        foreach (LayerParameters layer in model.Parameters.OfType<LayerParameters>())
        {
            hash.AppendData(MemoryMarshal.AsBytes(layer.Weights.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(layer.Biases.AsSpan()));
        }
    }

    private void Check()
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.Epochs >= 1, "epochs must be 1 or more");
        Require(options.BatchSize is >= 1 and <= 65_536, "the batch size must be 1 to 65536");
        Require(!training.Samples.IsEmpty, "there are no training faces");
        Require(training.Samples.Select(sample => sample.Label).Distinct()
            .Count() >= 2, $"{training.Name}: all faces are of one class; expected two or more");
        Require(options.LearningRate > 0 && double.IsFinite(options.LearningRate), "the learning rate must be above 0");
        Require(options.KeepProbability is > 0 and <= 1, "the keep probability must be above 0 and at most 1");
        Require(options.Temperature > 0, "the temperature must be above 0");
        Require(options.Lambda is >= 0 and <= 1, "lambda must be 0 to 1");
        Require(options.WeightAverage is >= 0 and < 1, "the decay of the weights' average must be 0 or more and below 1");
        Require(options.LabelSmoothing is >= 0 and < 1, "label smoothing must be 0 or more and below 1");
        Require(options.ClassBalance is >= 0 and <= 1, "class balance must be 0 to 1");
        Require(options.Threads >= 1, "threads must be 1 or more");
        Require(options.ClassWeights.IsDefaultOrEmpty
            || options.ClassWeights.Length == training.Labels.Length, $"expected {training.Labels.Length} class weights");
        Require(architecture.Labels.SequenceEqual(training.Labels), "the network's labels are not the data set's");
        Require(Validation is null
            || Validation.Labels.SequenceEqual(training.Labels), "the validation faces have other classes than the training faces");
        Require(TeacherLogits.IsEmpty
            || TeacherLogits.Length == training.Samples.Length, "a teacher's logits are needed for every training face");
        Require(Initial is null
            || !options.BatchNormalization, "batch normalisation can't go on from a model: there it is folded into the convolutions");
        Require(architecture.Input.Channels == 1, "the network must read one grey channel");

        static void Require(bool holds, string message)
        {
            if (!holds) throw new ArgumentException(message);
        }
    }
}
