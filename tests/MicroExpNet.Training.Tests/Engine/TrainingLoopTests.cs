using MicroExpNet.Architectures;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Tests.Engine;

public sealed class TrainingLoopTests : IDisposable
{
    private const int StepsPerPeriod = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("loop-").FullName;

    private string Saved => Path.Combine(_folder, "run.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A step's loss, the weights after it, or the evaluation at the end of a period: nothing that is not a number gets into a checkpoint.
    [Theory]
    [InlineData("loss", 10, 8)]
    [InlineData("loss", 12, 8)]
    [InlineData("weights", 9, 8)]
    [InlineData("weights", 12, 8)]
    [InlineData("evaluation", 8, 4)]
    [InlineData("evaluation", 12, 8)]
    public void What_is_no_number_ends_the_run_and_leaves_the_last_good_checkpoint(string what, int step, int good)
    {
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => Run(what, step, TimeSpan.FromHours(1)));
        Assert.Contains("at step ", e.Message, StringComparison.Ordinal);
        Assert.Contains("learning rate", e.Message, StringComparison.Ordinal);
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(Saved);
        Assert.Equal(good, checkpoint.Step);
        Assert.All(checkpoint.Arrays, array => Assert.True(array.All(float.IsFinite)));
    }

    [Fact]
    public void Weights_that_are_no_numbers_do_not_replace_a_checkpoint_when_the_run_is_stopped()
    {
        using CancellationTokenSource source = new();
        Assert.Throws<TrainingDivergedException>(() => Run("weights", 6, TimeSpan.Zero, source));
        Assert.Equal(5, TrainingCheckpoint.Load(Saved).Step);
    }

    private void Run(string what, int step, TimeSpan interval, CancellationTokenSource? stopped = null)
    {
        FaceDataSet data = Shapes.Create(48);
        Architecture architecture = OriginalArchitectures.MicroExpNet(24, 24, data.Labels);
        using TrainingEngine engine = new(new TrainingOptions { BatchSize = 12, Threads = 1 }, architecture, data, []);
        using CheckpointFile file = new(Saved, interval, new RunFingerprint([]));
        LearningRateSchedule schedule = new(ScheduleKind.Constant, 1e-3, 12, 0, 1);
        TrainingLoop loop = new(new FailingTask(engine, what, step, stopped), engine.Parallel, schedule)
        {
            StepsPerPeriod = StepsPerPeriod,
            Checkpoint = file,
        };
        loop.Run(null, stopped?.Token ?? TestContext.Current.CancellationToken);
    }

    private sealed class FailingTask(TrainingEngine engine, string what, int step, CancellationTokenSource? stopped) : ITrainingTask
    {
        public double ChanceLoss => 1;

        public void Initialize() => ParameterInitializer.Initialize(engine.Network, engine.Parameters.Span, 1);

        public double Step(double learningRate)
        {
            double loss = engine.Step(learningRate).Loss;
            if (engine.Parallel.Done != step) return loss;
            stopped?.Cancel();
            if (what == "weights") engine.Parameters.Span[7] = float.NaN;
            return what == "loss" ? double.NaN : loss;
        }

        public void EndPeriod(double learningRate, double meanLoss)
        {
            if (what == "evaluation" && engine.Parallel.Done == step)
            {
                throw new TrainingDivergedException("the validation loss is no longer a number");
            }
        }

        public void Report(LoopProgress progress, bool endsPeriod)
        {
        }

        public EpochHistory? SaveHistory() => null;

        public byte[] SaveModel() => [];

        public void RestoreHistory(EpochHistory? history)
        {
        }
    }
}
