using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Detection;

/// <summary>Trains a face detector on scenes that are composed as it goes.</summary>
/// <param name="options">How to train.</param>
/// <param name="architecture">The network, see <see cref="DetectorArchitectures"/>.</param>
/// <param name="composer">Composes the scenes.</param>
public sealed class DetectorTrainer(DetectorTrainingOptions options, Architecture architecture, SceneComposer composer)
{
    // Below and above the network's own sizes too: faces that are another pyramid level's to find.
    private static readonly double[] FaceSides = [10, 72];

    /// <summary>Scenes to evaluate on at every report; empty for none.</summary>
    public ImmutableArray<LabeledPicture> Validation { get; init; } = [];

    /// <summary>The saved model's card; training sets the pixel scaling.</summary>
    public ModelCard Card { get; init; } = new();

    /// <summary>The model of the same architecture to start from; null to start from random weights.</summary>
    public Model? Initial { get; init; }

    /// <summary>The file that keeps the run's state. Where it exists, the run is resumed from it. Null for no file.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Whether the run begins anew where the file exists. It is replaced by the run's first checkpoint.</summary>
    public bool Restarts { get; init; }

    /// <summary>Time between checkpoints. One is also saved at the end and when the run is stopped.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    private SceneOptions Scenes => new()
    {
        Width = architecture.Input.Width,
        Height = architecture.Input.Height,
        MinFace = FaceSides[0],
        MaxFace = FaceSides[1],
        MaxFaces = 5,
        Degradation = options.Degradation,
    };

    /// <summary>Trains to the end. Where the checkpoint exists, the run is resumed from it.</summary>
    /// <param name="progress">Receives a report every <see cref="DetectorTrainingOptions.StepsPerReport"/> steps and at the end.</param>
    /// <param name="cancellationToken">Stops the run before its next step, after its state is saved.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or the network is not a detector.</exception>
    /// <exception cref="CheckpointFormatException">The checkpoint is damaged, or another run's.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the weights are not numbers, or the loss has grown out of all
    /// proportion.</exception>
    /// <exception cref="IOException">The checkpoint cannot be read or written, or another run is writing it.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public Model Run(IProgress<DetectorProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Check();
        using CheckpointFile? file = CheckpointPath is { } path ? new CheckpointFile(path, CheckpointInterval, Fingerprint()) : null;
        TrainingCheckpoint? checkpoint = Restarts ? null : file?.Load();
        using DetectorRun run = new(options, architecture, composer, Scenes, checkpoint?.Step ?? 0)
        {
            Validation = Validation,
            Card = Card,
            Initial = Initial,
            Progress = progress,
        };
        LearningRateSchedule schedule = new(ScheduleKind.OneCycle, options.LearningRate, options.Steps, Math.Max(1, options.Steps / 10), 0);
        new TrainingLoop(run, run.Parallel, schedule)
        {
            StepsPerPeriod = options.StepsPerReport,
            Checkpoint = file,
            ReportInterval = TimeSpan.MaxValue,
        }.Run(checkpoint, cancellationToken);
        return run.ToModel();
    }

    private RunFingerprint Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        composer.AppendTo(hash);
        foreach (LayerParameters layer in Initial?.Parameters.OfType<LayerParameters>() ?? [])
        {
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(layer.Weights));
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(layer.Biases));
        }

        JsonElement json = JsonSerializer.SerializeToElement(options, TrainingJson.Default.DetectorTrainingOptions);
        return RunFingerprint.Of(
            json, [nameof(options.Threads), nameof(options.StepsPerReport)], architecture,
                [("the pictures or the initial model", Convert.ToHexString(hash.GetHashAndReset()))]);
    }

    private void Check()
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(composer);
        ArgumentNullException.ThrowIfNull(architecture);
        options.Check();
        ArgumentCheck.Require(FaceDetector.IsDetector(architecture), "the network is no face detector");
        ArgumentCheck.Require(
            architecture.Input.Height % FaceDetector.Stride == 0 && architecture.Input.Width % FaceDetector.Stride == 0,
            $"the network's input must be a multiple of {FaceDetector.Stride} pixels a side");
        Scenes.Check();
    }
}
