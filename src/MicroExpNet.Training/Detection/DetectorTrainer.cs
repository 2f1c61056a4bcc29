using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Layers;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Detection;

/// <summary>Trains a face detector on scenes that are composed as it goes.</summary>
/// <param name="settings">How to train.</param>
/// <param name="architecture">The network, see <see cref="DetectorArchitectures"/>.</param>
/// <param name="composer">Composes the scenes.</param>
public sealed unsafe class DetectorTrainer(DetectorTrainingSettings settings, Architecture architecture, SceneComposer composer)
{
    private const ulong StatisticSeed = 0x57A7157;
    private const ulong FrameSeed = 0xF4A3E;
    private const int StatisticShards = 48;

    // Share of the images that are cut down to one face and a little around it.
    private const double FramedShare = 0.15;
    private const float PixelScale = 1 / 64f;
    private const float PixelOffset = -127.5f / 64;

    // So few of all cells are faces that a network which knows nothing had better say no.
    private const float FirstScore = -3;

    // Below and above the network's own sizes too: faces that are another image's to find.
    private static readonly double[] FaceSides = [9, 96];

    private string? _plan;

    /// <summary>Scenes that are only looked at.</summary>
    public ImmutableArray<AnnotatedPicture> Validation { get; init; } = [];

    /// <summary>What the saved model's card says beside what training itself knows.</summary>
    public ModelCard Card { get; init; } = new();

    /// <summary>Where the run's state is kept, and gone on from where it exists; null for nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Time between checkpoints; one is also kept at the end and when the run is stopped.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    private SceneSettings Scenes => new()
    {
        Width = architecture.Input.Width,
        Height = architecture.Input.Height,
        MinimumFace = FaceSides[0],
        MaximumFace = FaceSides[1],
        MaximumFaces = 4,
    };

    /// <summary>Trains to the end, or goes on to it from the checkpoint.</summary>
    /// <param name="progress">Told at every report.</param>
    /// <param name="cancellation">Stops the run after the step in progress; its state is then kept.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or the network is no detector.</exception>
    /// <exception cref="CheckpointFormatException">The checkpoint is damaged, or another run's.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public Model Run(Action<DetectorProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check();
        TrainingCheckpoint? checkpoint = CheckpointPath is not null && File.Exists(CheckpointPath) ? Resume(CheckpointPath) : null;
        SceneSettings scenes = Scenes;
        Workspace[] workspaces = [];
        DataParallelStep? parallel = null;
        StepSettings stepSettings = new()
        {
            BatchSize = settings.BatchSize,
            Threads = settings.Threads,
            BatchNormalization = true,
            Optimizer = OptimizerKind.AdamW,
            WeightDecay = settings.WeightDecay,
            WeightAverage = settings.WeightAverage,
            GradientClip = 10,
        };
        parallel = new DataParallelStep(stepSettings, architecture, (worker, shard, gradient) => Differentiate(parallel!, workspaces[worker], worker, shard, gradient), checkpoint?.Step ?? 0);
        workspaces = [.. Enumerable.Range(0, settings.Threads).Select(_ => new Workspace(scenes, parallel.ShardSize))];
        using (parallel)
        {
            if (checkpoint is null) Begin(parallel);
            else Restore(parallel, checkpoint);
            return ToEnd(parallel, scenes, progress, cancellation);
        }
    }

    private Model ToEnd(DataParallelStep parallel, SceneSettings scenes, Action<DetectorProgress>? progress, CancellationToken cancellation)
    {
        LearningRateSchedule schedule = new(ScheduleKind.OneCycle, settings.LearningRate, settings.Steps, Math.Max(1, settings.Steps / 10), 0);
        Stopwatch clock = Stopwatch.StartNew(), sinceCheckpoint = Stopwatch.StartNew();
        TimeSpan looking = TimeSpan.Zero;
        double loss = 0;
        long begun = parallel.Done, lossSteps = 0;
        while (parallel.Done < settings.Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Keep(parallel);
                cancellation.ThrowIfCancellationRequested();
            }

            double rate = schedule.At(parallel.Done), one = parallel.Run(rate);
            if (!double.IsFinite(one)) throw new TrainingDivergedException($"the loss is no longer a number at step {parallel.Done} of {settings.Steps} (learning rate {rate:g3}); a lower learning rate may help");
            loss += one;
            lossSteps++;
            if (parallel.Done % settings.StepsPerReport == 0 || parallel.Done == settings.Steps)
            {
                TimeSpan spent = clock.Elapsed - looking;
                TimeSpan before = clock.Elapsed;
                DetectorScores? scores = Validation.IsEmpty ? null : Look(ToModel(parallel, scenes));
                looking += clock.Elapsed - before;
                double speed = (parallel.Done - begun) / spent.TotalSeconds;
                progress?.Invoke(new DetectorProgress(parallel.Done, settings.Steps, speed * settings.BatchSize, loss / lossSteps, TimeSpan.FromSeconds((settings.Steps - parallel.Done) / speed), scores));
                (loss, lossSteps) = (0, 0);
            }

            if (sinceCheckpoint.Elapsed <= CheckpointInterval) continue;
            Keep(parallel);
            sinceCheckpoint.Restart();
        }

        Keep(parallel);
        return ToModel(parallel, scenes);
    }

    private DetectorScores Look(Model model)
    {
        FaceDetector detector = new(model, new FaceDetectorOptions { MinScore = 0.1f });
        return DetectorEvaluation.Run(
            Validation, picture => detector.Detect(picture.Image.Pixels, picture.Image.Width, picture.Image.Height, picture.Image.Width), new FaceDetectorOptions().MinScore, detector.Options.MinFace);
    }

    private void Begin(DataParallelStep parallel)
    {
        Parameters.Initialize(parallel.Network, parallel.Parameters.Span, settings.Seed);
        ParameterBlock last = parallel.Network.Blocks().Last();
        parallel.Parameters.Span[last.Offset + last.WeightCount] = FirstScore;
        if (parallel.Average != parallel.Parameters) parallel.Parameters.Span.CopyTo(parallel.Average.Span);
    }

    private double Differentiate(DataParallelStep parallel, Workspace workspace, int worker, int shard, AlignedMemory<float> gradient)
    {
        TrainingNetwork<float> network = parallel.Networks[worker];
        int images = parallel.Images(shard);
        long first = (parallel.Done * settings.BatchSize) + (shard * parallel.ShardSize);
        for (int i = 0; i < images; i++) Load(network, workspace, i, settings.Seed, first + i);
        Pass pass = new(images, 0);
        network.Forward(pass, parallel.Parameters.Pointer);
        Tensor<float> logits = network.Logits;
        int rows = logits.Shape.Height, columns = logits.Shape.Width, length = ((rows - 1) * logits.RowStride) + logits.RowLength;
        double loss = 0;
        for (int i = 0; i < images; i++)
        {
            ReadOnlySpan<float> outputs = new(logits.Values + logits.Row(i, 0), length);
            Span<float> slopes = new(logits.Gradient + logits.Row(i, 0), length);
            loss += DetectorLoss.Compute(outputs, slopes, rows, columns, logits.RowStride, workspace.Faces(i), 1.0 / settings.BatchSize);
        }

        network.Backward(pass, parallel.Parameters.Pointer, gradient.Pointer);
        return loss;
    }

    private void Load(TrainingNetwork<float> network, Workspace workspace, int image, ulong seed, long number)
    {
        workspace.Count[image] = composer.Compose(workspace.Scenes, seed, number, workspace.Canvas, workspace.Places(image));
        int width = network.Input.Shape.Width, height = network.Input.Shape.Height;
        FaceBox seen = Frame(workspace, image, seed, number, width, height);
        for (int y = 0; y < height; y++)
        {
            float* to = network.Input.Values + network.Input.Row(image, y);
            ReadOnlySpan<float> from = workspace.Canvas.AsSpan(y * width, width);
            bool inside = y >= seen.Y && y < seen.Y + seen.Height;
            for (int x = 0; x < width; x++) to[x] = inside && x >= seen.X && x < seen.X + seen.Width ? (from[x] * PixelScale) + PixelOffset : 0;
        }
    }

    // Some images are as small as a face: around them is nothing, which the network reads as zeros. Faces whose middle is not inside are gone.
    private static FaceBox Frame(Workspace workspace, int image, ulong seed, long number, int width, int height)
    {
        RandomStream random = new(seed ^ FrameSeed, (ulong)number);
        FaceBox whole = new(0, 0, width, height);
        if (random.NextDouble() >= FramedShare || workspace.Count[image] == 0) return whole;
        Span<PlacedFace> faces = workspace.Places(image)[..workspace.Count[image]];
        PlacedFace face = faces[random.NextInt32(faces.Length)];
        int left = (int)(face.X - (face.Side * random.NextDouble(0.42, 1))), top = (int)(face.Y - (face.Side * random.NextDouble(0.42, 1)));
        int right = (int)(face.X + (face.Side * random.NextDouble(0.42, 1))), bottom = (int)(face.Y + (face.Side * random.NextDouble(0.42, 1)));
        FaceBox seen = new FaceBox(left, top, right - left, bottom - top).Within(width, height);
        int kept = 0;
        foreach (PlacedFace one in faces)
        {
            if (one.X >= seen.X && one.X < seen.X + seen.Width && one.Y >= seen.Y && one.Y < seen.Y + seen.Height) faces[kept++] = one;
        }

        workspace.Count[image] = kept;
        return seen;
    }

    private Model ToModel(DataParallelStep parallel, SceneSettings scenes)
    {
        // Each thread of the team comes with its own scenes' memory; a shard here is one thread's.
        float[] statistics = parallel.Statistics(parallel.Average, StatisticShards, (network, shard) =>
        {
            Workspace workspace = new(scenes, parallel.ShardSize);
            for (int i = 0; i < parallel.ShardSize; i++) Load(network, workspace, i, settings.Seed ^ StatisticSeed, (shard * parallel.ShardSize) + i);
        });
        return Parameters.ToModel(parallel.Network, parallel.Average.Span, statistics, Card with { PixelScale = PixelScale, PixelOffset = PixelOffset });
    }

    private void Keep(DataParallelStep parallel)
    {
        if (CheckpointPath is not { } path) return;
        new TrainingCheckpoint
        {
            Plan = _plan ??= MakePlan(),
            Step = parallel.Done,
            Loss = 0,
            FirstLoss = double.NaN,
            Accuracy = 0,
            Epochs = [],
            BestEpoch = 0,
            Arrays = [parallel.Parameters.Span.ToArray(), parallel.Average.Span.ToArray(), .. parallel.Optimizer.States],
        }.Save(path);
    }

    private TrainingCheckpoint Resume(string path)
    {
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(path);
        return checkpoint.Plan == (_plan ??= MakePlan()) ? checkpoint : throw new CheckpointFormatException($"{path}: the checkpoint of a run with other settings or data; remove it to begin anew");
    }

    private static void Restore(DataParallelStep parallel, TrainingCheckpoint checkpoint)
    {
        checkpoint.Arrays[0].CopyTo(parallel.Parameters.Span);
        checkpoint.Arrays[1].CopyTo(parallel.Average.Span);
        for (int i = 0; i < parallel.Optimizer.States.Length; i++) checkpoint.Arrays[2 + i].CopyTo(parallel.Optimizer.States[i], 0);
    }

    // Everything that decides the run's bits, so that no run goes on as another.
    private string MakePlan()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        composer.AppendTo(hash);
        string data = Convert.ToHexString(hash.GetHashAndReset());
        string network = string.Join(", ", architecture.Layers.Select(layer => $"{layer.Kind} {layer.Settings} {layer.OutputShape}"));
        return string.Create(CultureInfo.InvariantCulture, $"detector {JsonSerializer.Serialize(settings with { Threads = 1, StepsPerReport = 1 }, TrainingJson.Default.DetectorTrainingSettings)} {network} {data}");
    }

    private void Check()
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(composer);
        Require(settings.Steps >= 1, "steps must be 1 or more");
        Require(settings.BatchSize is >= 1 and <= 65_536, "the batch size must be 1 to 65536");
        Require(settings.LearningRate > 0 && double.IsFinite(settings.LearningRate), "the learning rate must be above 0");
        Require(settings.WeightAverage is >= 0 and < 1, "the decay of the weights' average must be 0 or more and below 1");
        Require(settings.StepsPerReport >= 1, "steps between reports must be 1 or more");
        Require(settings.Threads >= 1, "threads must be 1 or more");
        Require(settings.WeightDecay >= 0 && double.IsFinite(settings.WeightDecay), "the weight decay must be 0 or more");
        Require(FaceDetector.IsDetector(architecture), "the network is no face detector");
        Require(architecture.Input.Height % FaceDetector.Stride == 0 && architecture.Input.Width % FaceDetector.Stride == 0, $"the network's input must be a multiple of {FaceDetector.Stride} pixels a side");
        Scenes.Check();

        static void Require(bool holds, string message)
        {
            if (!holds) throw new ArgumentException(message);
        }
    }

    // One thread's scene in the making, and the faces of its shard's scenes.
    private sealed class Workspace(SceneSettings scenes, int images)
    {
        private readonly PlacedFace[] _faces = new PlacedFace[images * scenes.MaximumFaces];

        public SceneSettings Scenes => scenes;

        public float[] Canvas { get; } = new float[scenes.Width * scenes.Height];

        public int[] Count { get; } = new int[images];

        public Span<PlacedFace> Places(int image) => _faces.AsSpan(image * scenes.MaximumFaces, scenes.MaximumFaces);

        public ReadOnlySpan<PlacedFace> Faces(int image) => Places(image)[..Count[image]];
    }
}
