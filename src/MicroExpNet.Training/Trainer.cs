using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Architecture = MicroExpNet.Architectures.Architecture;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Engine;

namespace MicroExpNet.Training;

/// <summary>Trains a tiny network on labelled faces, with or without a teacher.</summary>
/// <param name="settings">How to train.</param>
/// <param name="architecture">The network; its labels are the data set's.</param>
/// <param name="training">The faces to train on.</param>
public sealed class Trainer(TrainingSettings settings, Architecture architecture, FaceDataSet training)
{
    /// <summary>Faces that are only looked at: the epoch with the best accuracy on them is kept, of equals the one with the least loss.</summary>
    public FaceDataSet? Validation { get; init; }

    /// <summary>A teacher's logits for each training face, in their order; empty without a teacher.</summary>
    public ImmutableArray<float[]> TeacherLogits { get; init; } = [];

    /// <summary>The model to go on from: layers of the same shape start with its weights, the last one only where the classes are the same.</summary>
    public Model? Initial { get; init; }

    /// <summary>What the saved model's card says beside what training itself knows.</summary>
    public ModelCard Card { get; init; } = new();

    /// <summary>Where the run's state is kept, and gone on from where it exists; null for nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Time between checkpoints; one is also kept at the end and when the run is stopped.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether the epoch with the best accuracy on the validation faces is kept; otherwise the last one, as the original does.</summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>Time between reports of progress within an epoch.</summary>
    internal TimeSpan ReportInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Trains to the end, or goes on to it from the checkpoint.</summary>
    /// <param name="progress">Told of every epoch and a few times a second.</param>
    /// <param name="cancellation">Stops the run after the step in progress; its state is then kept.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or the network and the data do not go together.</exception>
    /// <exception cref="CheckpointFormatException">The checkpoint is damaged, or another run's.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number, or has grown out of all proportion.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public TrainingResult Run(Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check();
        TrainingCheckpoint? checkpoint = CheckpointPath is not null && File.Exists(CheckpointPath) ? Resume(CheckpointPath) : null;
        using TrainingEngine engine = new(settings, architecture, training, TeacherLogits, checkpoint?.Step ?? 0);
        TrainingRun run = new(this, engine, settings, training);
        if (checkpoint is null) Begin(engine);
        else run.Restore(checkpoint);
        return run.ToEnd(progress, cancellation);
    }

    private void Begin(TrainingEngine engine)
    {
        Parameters.Initialize(engine.Network, engine.Parameters.Span, settings.Seed);
        if (Initial is not null) Parameters.Load(engine.Network, Initial, engine.Parameters.Span, withLast: FineTuning.HasClasses(Initial, architecture.Labels));
        if (engine.Average != engine.Parameters) engine.Parameters.Span.CopyTo(engine.Average.Span);
    }

    private TrainingCheckpoint Resume(string path)
    {
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(path);
        return checkpoint.Plan == MakePlan() ? checkpoint : throw new CheckpointFormatException($"{path}: the checkpoint of a run with other settings or data; remove it to begin anew");
    }

    // Everything that decides the run's bits, so that no run goes on as another.
    internal string MakePlan()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, training);
        if (Validation is not null) Append(hash, Validation);
        foreach (float[] logits in TeacherLogits) hash.AppendData(MemoryMarshal.AsBytes(logits.AsSpan()));
        if (Initial is not null)
        {
            foreach (LayerParameters layer in Initial.Parameters.OfType<LayerParameters>()) Append(hash, layer);
        }

        string data = Convert.ToHexString(hash.GetHashAndReset());
        string network = string.Join(", ", architecture.Layers.Select(layer => $"{layer.Kind} {layer.Settings} {layer.OutputShape}"));
        return string.Create(CultureInfo.InvariantCulture, $"{JsonSerializer.Serialize(settings with { Threads = 1 }, TrainingJson.Default.TrainingSettings)} {network} {data} {Validation?.Samples.Length ?? 0} {KeepsBest}");
    }

    private static void Append(IncrementalHash hash, FaceDataSet data)
    {
        hash.AppendData(MemoryMarshal.AsBytes(string.Join(',', data.Labels).AsSpan()));
        foreach (FaceSample sample in data.Samples)
        {
            hash.AppendData(MemoryMarshal.AsBytes(sample.Name.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes<int>([sample.Label, sample.Image.Width, sample.Image.Height]));
            hash.AppendData(sample.Image.Pixels);
            hash.AppendData(MemoryMarshal.AsBytes(sample.SoftLabel.AsSpan()));
        }
    }

    private static void Append(IncrementalHash hash, LayerParameters layer)
    {
        hash.AppendData(MemoryMarshal.AsBytes(layer.Weights.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(layer.Biases.AsSpan()));
    }

    private void Check()
    {
        ArgumentNullException.ThrowIfNull(settings);
        Require(settings.Epochs >= 1, "epochs must be 1 or more");
        Require(settings.BatchSize is >= 1 and <= 65_536, "the batch size must be 1 to 65536");
        Require(!training.Samples.IsEmpty, "there are no training faces");
        Require(training.Samples.Select(sample => sample.Label).Distinct().Count() >= 2, $"{training.Name}: all faces are of one class; expected two or more");
        Require(settings.LearningRate > 0 && double.IsFinite(settings.LearningRate), "the learning rate must be above 0");
        Require(settings.KeepProbability is > 0 and <= 1, "the keep probability must be above 0 and at most 1");
        Require(settings.Temperature > 0, "the temperature must be above 0");
        Require(settings.Lambda is >= 0 and <= 1, "lambda must be 0 to 1");
        Require(settings.WeightAverage is >= 0 and < 1, "the decay of the weights' average must be 0 or more and below 1");
        Require(settings.LabelSmoothing is >= 0 and < 1, "label smoothing must be 0 or more and below 1");
        Require(settings.ClassBalance is >= 0 and <= 1, "class balance must be 0 to 1");
        Require(settings.Threads >= 1, "threads must be 1 or more");
        Require(settings.ClassWeights.IsDefaultOrEmpty || settings.ClassWeights.Length == training.Labels.Length, $"expected {training.Labels.Length} class weights");
        Require(architecture.Labels.SequenceEqual(training.Labels), "the network's labels are not the data set's");
        Require(Validation is null || Validation.Labels.SequenceEqual(training.Labels), "the validation faces have other classes than the training faces");
        Require(TeacherLogits.IsEmpty || TeacherLogits.Length == training.Samples.Length, "a teacher's logits are needed for every training face");
        Require(Initial is null || !settings.BatchNormalization, "batch normalisation can't go on from a model: there it is folded into the convolutions");
        Require(architecture.Input.Channels == 1, "the network must read one grey channel");

        static void Require(bool holds, string message)
        {
            if (!holds) throw new ArgumentException(message);
        }
    }
}
