using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Tests.Detection;

public sealed class DetectorTrainerTests : IDisposable
{
    private static readonly Architecture Tiny = DetectorArchitectures.Detector("tiny", 6, [12, 12]).WithInputSize(64, 64);

    private static readonly DetectorTrainingOptions Few = new()
    {
        Steps = 9,
        BatchSize = 40,
        LearningRate = 3e-3,
        WeightAverage = 0.9,
        StepsPerReport = 3,
        Threads = 2,
    };

    private readonly MadeUpPictures _pictures = new();
    private readonly SceneComposer _composer;

    public DetectorTrainerTests() => _composer = _pictures.Composer;

    private string Checkpoint => _pictures.Path("run.checkpoint");

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void Learns_to_find_what_it_is_shown()
    {
        SceneOptions scenes = new() { Width = 160, Height = 120, MinFace = 26, MaxFace = 100, MaxFaces = 2 };
        List<DetectorProgress> reports = [];
        Model model = new DetectorTrainer(
            Few with { Steps = 800, BatchSize = 32, LearningRate = 1e-2, StepsPerReport = 100 }, Tiny, _composer)
        {
            Validation = [.. Enumerable.Range(0, 40).Select(i => _composer.Compose(scenes, 77, i))],
            Card = new ModelCard { License = "MIT" },
        }.Run(new CallbackProgress<DetectorProgress>(reports.Add), TestContext.Current.CancellationToken);
        Assert.Equal([100, 200, 300, 400, 500, 600, 700, 800], reports.Select(report => report.Step));
        Assert.True(reports[^1].Loss < 0.8 * reports[0].Loss, $"{reports[0].Loss:0.000} to {reports[^1].Loss:0.000}");
        DetectorScores scores = reports[^1].Scores!;
        Assert.Equal(40, scores.Pictures);
        Assert.True(scores.RecallAtOneInTen > 0.3, $"{reports[0].Loss} {reports[^1].Loss} {scores}");
        Assert.True(scores.MeanIntersectionOverUnion > 0.65, $"{scores}");
        Assert.Equal("MIT", model.Card.License);
        Assert.Equal((1 / 64f, -127.5f / 64), (model.Card.PixelScale, model.Card.PixelOffset));
        _ = new FaceDetector(model);
    }

    [Fact]
    public void A_run_that_starts_from_a_model_gives_that_model_before_it_learns()
    {
        Model first = Trainer(Few with { LearningRate = 1e-2 }).Run(null, TestContext.Current.CancellationToken);
        DetectorTrainer again = new(Few with { Steps = 1, LearningRate = 1e-12, WeightDecay = 0 }, Tiny, _composer) { Initial = first };
        Model second = again.Run(null, TestContext.Current.CancellationToken);
        float[] image = [
            .. _composer.Compose(new SceneOptions { Width = 64, Height = 64 }, 9, 3).Image.Pixels.Select(value => (value - 127.5f) / 64)];
        float[] expected = new float[Tiny.Output.Length], actual = new float[Tiny.Output.Length];
        new Network(first).Run(image, 1, expected);
        new Network(second).Run(image, 1, actual);

        // The statistics are measured twice, on as many scenes as each takes.
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 0.15 + (0.05 * Math.Abs(expected[i])));

        Architecture wider = DetectorArchitectures.Detector("wider", 6, [16, 16]).WithInputSize(64, 64);
        Assert.Contains(
            "expected the same stem width and widths",
            Assert.Throws<ArgumentException>(
            () => new DetectorTrainer(Few, wider, _composer) { Initial = first }.Run(null, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        byte[] one = Bytes(Trainer(Few with { Threads = 1 }).Run(null, TestContext.Current.CancellationToken));
        Assert.Equal(one, Bytes(Trainer(Few with { Threads = 2 }).Run(null, TestContext.Current.CancellationToken)));
        Assert.Equal(one, Bytes(Trainer(Few with { Threads = 5 }).Run(null, TestContext.Current.CancellationToken)));
        Assert.NotEqual(one, Bytes(Trainer(Few with { Seed = 2 }).Run(null, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void A_run_stopped_anywhere_and_gone_on_ends_with_the_same_bits()
    {
        byte[] whole = Bytes(Trainer(Few).Run(null, TestContext.Current.CancellationToken));
        foreach (long stop in new[] { 3, 6 })
        {
            using CancellationTokenSource source = new();
            Assert.Throws<OperationCanceledException>(
                () => Resumable(Few).Run(new CallbackProgress<DetectorProgress>(progress => StopAt(progress, stop, source)), source.Token));
            List<long> steps = [];
            Assert.Equal(
                whole, Bytes(
                Resumable(Few with { Threads = 1 })
                .Run(new CallbackProgress<DetectorProgress>(progress => steps.Add(progress.Step)), TestContext.Current.CancellationToken)));
            Assert.Equal(stop + 3, steps[0]);

            // Once at its end, it has nothing more to do.
            Assert.Equal(
                whole, Bytes(
                Resumable(Few)
                .Run(new CallbackProgress<DetectorProgress>(_ => Assert.Fail("no step is left")), TestContext.Current.CancellationToken)));
            File.Delete(Checkpoint);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_run_or_a_damaged_one_is_refused()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Resumable(Few).Run(null, source.Token));
        Assert.Contains(
            "other settings or data",
            Assert.Throws<CheckpointFormatException>(
            () => Resumable(Few with { LearningRate = 1 }).Run(null, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);

        // As many pictures, but others.
        PictureSet heads = _pictures.Heads;
        DetectorTrainer others = new(Few, Tiny, new SceneComposer([heads.Part(0.5, last: true)], _pictures.Backgrounds))
        {
            CheckpointPath = Checkpoint,
        };
        Assert.Throws<OperationCanceledException>(
            () => new DetectorTrainer(
            Few, Tiny, new SceneComposer([heads.Part(0.5, last: false)], _pictures.Backgrounds))
            { CheckpointPath = Checkpoint + "2" }.Run(
            null, source.Token));
        File.Move(Checkpoint + "2", Checkpoint, overwrite: true);
        Assert.Contains(
            "other settings or data",
            Assert.Throws<CheckpointFormatException>(() => others.Run(null, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);

        // The same heads with other eyes.
        string boxes = _pictures.Path("heads/boxes.csv");
        File.WriteAllText(boxes, File.ReadAllText(boxes).Replace(",48,58,", ",47,58,", StringComparison.Ordinal));
        DetectorTrainer otherEyes = new(Few, Tiny, new SceneComposer([_pictures.Heads.Part(0.5, last: false)], _pictures.Backgrounds))
        {
            CheckpointPath = Checkpoint,
        };
        Assert.Contains(
            "other settings or data",
            Assert.Throws<CheckpointFormatException>(() => otherEyes.Run(null, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(Checkpoint);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Checkpoint, bytes);
        Assert.Contains(
            "damaged", Assert.Throws<CheckpointFormatException>(
            () => Resumable(Few).Run(null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_with_the_step()
    {
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(
            () => Trainer(Few with { LearningRate = 1e38, Steps = 30 }).Run(null, TestContext.Current.CancellationToken));
        Assert.Contains("a lower learning rate may help", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_out_of_range_are_refused_in_a_line()
    {
        (DetectorTrainingOptions Settings, string Message)[] wrong =
        [
            (Few with { Steps = 0 }, "steps must be 1 or more"),
            (Few with { BatchSize = 0 }, "the batch size must be 1 to 65536"),
            (Few with { LearningRate = double.NaN }, "the learning rate must be above 0"),
            (Few with { WeightDecay = -1 }, "the weight decay must be 0 or more"),
            (Few with { WeightAverage = 1 }, "the decay of the weights' average must be 0 or more and below 1"),
            (Few with { StepsPerReport = 0 }, "steps between reports must be 1 or more"),
            (Few with { Threads = 0 }, "threads must be 1 or more"),
        ];
        foreach ((DetectorTrainingOptions settings, string message) in wrong)
        {
            Assert.Equal(
                message, Assert.Throws<ArgumentException>(
                () => Trainer(settings).Run(null, TestContext.Current.CancellationToken)).Message);
        }
        Assert.Equal(
            "the network is no face detector",
            Assert.Throws<ArgumentException>(
            () => new DetectorTrainer(Few, OriginalArchitectures.MicroExpNet(), _composer)
            .Run(null, TestContext.Current.CancellationToken)).Message);
        Assert.Contains(
            "a multiple of 8 pixels",
            Assert.Throws<ArgumentException>(
            () => new DetectorTrainer(Few, Tiny.WithInputSize(60, 64), _composer).Run(null, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
    }

    private static void StopAt(DetectorProgress progress, long step, CancellationTokenSource source)
    {
        if (progress.Step == step) source.Cancel();
    }

    private static byte[] Bytes(Model model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    private DetectorTrainer Trainer(DetectorTrainingOptions settings) => new(settings, Tiny, _composer);

    private DetectorTrainer Resumable(DetectorTrainingOptions settings) => new(settings, Tiny, _composer) { CheckpointPath = Checkpoint };
}
