using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Layers;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Detection;

/// <summary>A detector's run: it composes the scenes of each step, and evaluates the network at every report.</summary>
internal sealed unsafe class DetectorRun : ITrainingTask, IDisposable
{
    private const ulong StatisticSeed = 0x57A7157;
    private const ulong FrameSeed = 0xF4A3E;
    private const int StatisticShards = 48;
    private const int InitialStatisticShards = 16;

    // Share of the images that are cut down to one face and a little around it.
    private const double FramedShare = 0.15;
    private const float PixelScale = 1 / 64f;
    private const float PixelOffset = -127.5f / 64;

    // Few of all cells are faces: a network that knows nothing starts with low scores.
    private const float FirstScore = -3;

    // From this score on, validation counts false faces and faces found.
    private const float MinScore = 0.1f;

    private readonly DetectorTrainingOptions _options;
    private readonly SceneComposer _composer;
    private readonly SceneOptions _scenes;
    private readonly Workspace[] _workspaces;
    private DetectorScores? _scores;

    /// <summary>Prepares a run.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="composer">Composes the scenes.</param>
    /// <param name="scenes">The scenes' sizes and faces.</param>
    /// <param name="done">Steps already done, for a run that is resumed.</param>
    public DetectorRun(DetectorTrainingOptions options, Architecture architecture, SceneComposer composer, SceneOptions scenes, long done)
    {
        _options = options;
        _composer = composer;
        _scenes = scenes;
        StepOptions steps = new()
        {
            BatchSize = options.BatchSize,
            Threads = options.Threads,
            BatchNormalization = true,
            Optimizer = OptimizerKind.AdamW,
            WeightDecay = options.WeightDecay,
            WeightAverage = options.WeightAverage,
            GradientClip = 10,
        };
        Parallel = new DataParallelStep(steps, architecture, Differentiate, done);
        _workspaces = [.. Enumerable.Range(0, options.Threads).Select(_ => new Workspace(scenes, Parallel.ShardSize))];
    }

    /// <summary>Scenes to evaluate on at every report.</summary>
    public ImmutableArray<LabeledPicture> Validation { get; init; } = [];

    /// <summary>The saved model's card, but for the pixel scaling.</summary>
    public ModelCard Card { get; init; } = new();

    /// <summary>The model of the same architecture to start from; null to start from random weights.</summary>
    public Model? Initial { get; init; }

    /// <summary>Receives progress.</summary>
    public IProgress<DetectorProgress>? Progress { get; init; }

    /// <summary>The steps on many threads.</summary>
    public DataParallelStep Parallel { get; }

    /// <inheritdoc/>
    public double ChanceLoss => 1;

    /// <inheritdoc/>
    public void Initialize()
    {
        ParameterInitializer.Initialize(Parallel.Network, Parallel.Parameters.Span, _options.Seed);
        ParameterBlock last = Parallel.Network.Blocks().Last();
        Parallel.Parameters.Span[last.Offset + last.WeightCount] = FirstScore;
        if (Initial is not null)
        {
            InitialWeights.Load(Parallel, Initial, parameters => MeasureStatistics(parameters, InitialStatisticShards));
        }
        if (Parallel.Average != Parallel.Parameters) Parallel.Parameters.Span.CopyTo(Parallel.Average.Span);
    }

    /// <inheritdoc/>
    public double Step(double learningRate) => Parallel.Run(learningRate);

    /// <inheritdoc/>
    public void EndPeriod(double learningRate, double meanLoss) => _scores = Validation.IsEmpty ? null : Evaluate(ToModel());

    /// <inheritdoc/>
    public void Report(LoopProgress progress, bool endsPeriod) => Progress?.Report(new DetectorProgress(
        progress.Step, progress.Steps, progress.StepsPerSecond * _options.BatchSize, progress.Loss, progress.Remaining, _scores));

    /// <inheritdoc/>
    public EpochHistory? SaveHistory() => null;

    /// <inheritdoc/>
    public byte[] SaveModel() => [];

    /// <inheritdoc/>
    public void RestoreHistory(EpochHistory? history)
    {
    }

    /// <summary>The model of the moving average.</summary>
    public Model ToModel()
    {
        float[] statistics = MeasureStatistics(Parallel.Average, StatisticShards);
        return ModelParameters.ToModel(
            Parallel.Network, Parallel.Average.Span, statistics, Card with { PixelScale = PixelScale, PixelOffset = PixelOffset });
    }

    /// <inheritdoc/>
    public void Dispose() => Parallel.Dispose();

    private DetectorScores Evaluate(Model model)
    {
        FaceDetector detector = new(model, new FaceDetectorOptions { MinScore = MinScore });
        return DetectorEvaluation.Run(
            Validation, picture =>
                detector.Detect(picture.Image.Pixels, picture.Image.Width, picture.Image.Height, picture.Image.Width),
                new MatchingOptions { MinSide = detector.Options.MinFace });
    }

    // A shard here is one thread's: each gets its own memory for scenes.
    private float[] MeasureStatistics(AlignedMemory<float> parameters, int shards) =>
        Parallel.Statistics(parameters, shards, (network, shard) =>
    {
        Workspace workspace = new(_scenes, Parallel.ShardSize);
        for (int i = 0; i < Parallel.ShardSize; i++)
        {
            Load(network, workspace, i, _options.Seed ^ StatisticSeed, (shard * Parallel.ShardSize) + i);
        }
    });

    private double Differentiate(int worker, int shard, AlignedMemory<float> gradient)
    {
        DataParallelStep parallel = Parallel;
        Workspace workspace = _workspaces[worker];
        TrainingNetwork<float> network = parallel.Networks[worker];
        int images = parallel.Images(shard);
        long first = (parallel.Done * _options.BatchSize) + (shard * parallel.ShardSize);
        for (int i = 0; i < images; i++) Load(network, workspace, i, _options.Seed, first + i);
        Pass pass = new(images, 0);
        network.Forward(pass, parallel.Parameters.Pointer);
        Tensor<float> logits = network.Logits;
        int rows = logits.Shape.Height, columns = logits.Shape.Width, length = ((rows - 1) * logits.RowStride) + logits.RowLength;
        double loss = 0;
        for (int i = 0; i < images; i++)
        {
            ReadOnlySpan<float> outputs = new(logits.Values + logits.Row(i, 0), length);
            Span<float> gradients = new(logits.Gradient + logits.Row(i, 0), length);
            loss += DetectorLoss.Compute(outputs, gradients, rows, columns, logits.RowStride, workspace.Faces(i), 1.0 / _options.BatchSize);
        }

        network.Backward(pass, parallel.Parameters.Pointer, gradient.Pointer);
        return loss;
    }

    private void Load(TrainingNetwork<float> network, Workspace workspace, int image, ulong seed, long number)
    {
        workspace.Count[image] = _composer.Compose(workspace.Scenes, seed, number, workspace.Canvas, workspace.Places(image));
        int width = network.Input.Shape.Width, height = network.Input.Shape.Height;
        FaceBox seen = Frame(workspace, image, seed, number, width, height);
        for (int y = 0; y < height; y++)
        {
            float* to = network.Input.Values + network.Input.Row(image, y);
            ReadOnlySpan<float> from = workspace.Canvas.AsSpan(y * width, width);
            bool inside = y >= seen.Y && y < seen.Y + seen.Height;
            for (int x = 0; x < width; x++)
            {
                to[x] = inside && x >= seen.X && x < seen.X + seen.Width ? (from[x] * PixelScale) + PixelOffset : 0;
            }
        }
    }

    // Some images are as small as a face: around them is nothing, which the network reads as zeros. Faces whose middle is not inside are
    // gone.
    private static FaceBox Frame(Workspace workspace, int image, ulong seed, long number, int width, int height)
    {
        RandomStream random = new(seed ^ FrameSeed, (ulong)number);
        FaceBox whole = new(0, 0, width, height);
        if (random.NextDouble() >= FramedShare || workspace.Count[image] == 0) return whole;
        Span<PlacedFace> faces = workspace.Places(image)[..workspace.Count[image]];
        PlacedFace face = faces[random.NextInt32(faces.Length)];
        int left = (int)(face.X - (face.Side * random.NextDouble(0.42, 1))), top = (int)(face.Y - (face.Side * random.NextDouble(0.42, 1)));
        int right = (int)(face.X + (face.Side * random.NextDouble(0.42, 1))),
            bottom = (int)(face.Y + (face.Side * random.NextDouble(0.42, 1)));
        FaceBox seen = new FaceBox(left, top, right - left, bottom - top).ClippedTo(width, height);
        int kept = 0;
        foreach (PlacedFace one in faces)
        {
            if (one.X >= seen.X && one.X < seen.X + seen.Width && one.Y >= seen.Y && one.Y < seen.Y + seen.Height) faces[kept++] = one;
        }

        workspace.Count[image] = kept;
        return seen;
    }

    // One thread's scene in the making, and the faces of its shard's scenes.
    private sealed class Workspace(SceneOptions scenes, int images)
    {
        private readonly PlacedFace[] _faces = new PlacedFace[images * scenes.MaxFaces];

        public SceneOptions Scenes => scenes;

        public float[] Canvas { get; } = new float[scenes.Width * scenes.Height];

        public int[] Count { get; } = new int[images];

        public Span<PlacedFace> Places(int image) => _faces.AsSpan(image * scenes.MaxFaces, scenes.MaxFaces);

        public ReadOnlySpan<PlacedFace> Faces(int image) => Places(image)[..Count[image]];
    }
}
