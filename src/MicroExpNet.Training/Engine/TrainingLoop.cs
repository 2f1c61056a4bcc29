using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Engine;

/// <summary>
/// The loop under every trainer: it does steps to the end or until it is stopped, sets the learning rate, detects divergence, saves
/// checkpoints, resumes from them, and reports progress.
/// </summary>
/// <param name="task">What is trained.</param>
/// <param name="parallel">The steps.</param>
/// <param name="schedule">The learning rate.</param>
internal sealed class TrainingLoop(ITrainingTask task, DataParallelStep parallel, LearningRateSchedule schedule)
{
    // While the learning rate is high, losses may rise for a time. Grown by this factor, over this many steps, they do not recover.
    private const double MaxGrowth = 100;
    private const int GrowthSteps = 20;

    private readonly Stopwatch _stepping = new();
    private long _stepsHere;
    private double _firstLoss = double.NaN;
    private double _lossSum;
    private long _lossSteps;
    private TrainingCheckpoint? _lastGood;

    /// <summary>Steps of an epoch, or between reports.</summary>
    public required long StepsPerPeriod { get; init; }

    /// <summary>What a period is called in messages; null for nothing.</summary>
    public string? PeriodName { get; init; }

    /// <summary>Where checkpoints are kept; null for nowhere.</summary>
    public CheckpointFile? Checkpoint { get; init; }

    /// <summary>Time between reports within a period.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What may help against divergence.</summary>
    public string Advice { get; init; } = "a lower learning rate may help";

    /// <summary>Why the checkpoint of the end could not be written; null if it was. The result is there all the same.</summary>
    public IOException? CheckpointFailure { get; private set; }

    private long Steps => schedule.Steps;

    /// <summary>Trains to the end.</summary>
    /// <param name="resumed">The state to resume from; null to begin.</param>
    /// <param name="cancellationToken">Stops the run before its next step, after its state is saved.</param>
    /// <exception cref="CheckpointFormatException">The state does not fit the network.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the weights are not numbers, or the loss has grown out of all
    /// proportion.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Run(TrainingCheckpoint? resumed, CancellationToken cancellationToken)
    {
        if (resumed is null) task.Initialize();
        else Restore(resumed);
        try
        {
            RunSteps(cancellationToken);
        }
        catch (TrainingDivergedException)
        {
            // Training may have gone on for a while since the last save.
            if (_lastGood is not null) Checkpoint?.Save(_lastGood with { Model = task.SaveModel() });
            throw;
        }
    }

    private void RunSteps(CancellationToken cancellationToken)
    {
        Stopwatch sinceReport = Stopwatch.StartNew(), sinceCheckpoint = Stopwatch.StartNew();
        while (parallel.Done < Steps)
        {
            double rate = schedule.At(parallel.Done);
            if (cancellationToken.IsCancellationRequested)
            {
                Save(rate);
                cancellationToken.ThrowIfCancellationRequested();
            }

            _stepping.Start();
            double loss = task.Step(rate);
            _stepping.Stop();
            _stepsHere++;
            Watch(loss, rate);
            bool endsPeriod = parallel.Done % StepsPerPeriod == 0 || parallel.Done == Steps;
            if (endsPeriod || sinceReport.Elapsed >= ReportInterval)
            {
                LoopProgress progress = new(parallel.Done, Steps, _stepsHere / _stepping.Elapsed.TotalSeconds, _lossSum / _lossSteps);
                if (endsPeriod) EndPeriod(rate);
                task.Report(progress, endsPeriod);
                sinceReport.Restart();
            }

            if (Checkpoint is null || (parallel.Done < Steps && sinceCheckpoint.Elapsed <= Checkpoint.Interval)) continue;
            try
            {
                Save(rate);
            }
            catch (IOException e) when (parallel.Done == Steps)
            {
                CheckpointFailure = e;
            }

            sinceCheckpoint.Restart();
        }
    }

    private void Watch(double loss, double rate)
    {
        if (!double.IsFinite(loss)) throw Diverged("the loss is no longer a number", rate);
        if (double.IsNaN(_firstLoss)) _firstLoss = loss;
        _lossSum += loss;
        _lossSteps++;
        double mean = _lossSum / _lossSteps;
        if (_lossSteps >= Math.Min(GrowthSteps, StepsPerPeriod) && mean > MaxGrowth * Math.Max(_firstLoss, task.ChanceLoss))
        {
            throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the loss has grown from {_firstLoss:g3} to {mean:g3}"), rate);
        }
    }

    private void EndPeriod(double rate)
    {
        RequireFiniteWeights(rate);
        try
        {
            task.EndPeriod(rate, _lossSum / _lossSteps);
        }
        catch (TrainingDivergedException e)
        {
            throw Diverged(e.Message, rate);
        }

        _lossSum = 0;
        _lossSteps = 0;
        if (Checkpoint is not null) _lastGood = Snapshot([]);
    }

    // A checkpoint replaces the one before it, so it must be one that training can go on from.
    private void Save(double rate)
    {
        if (Checkpoint is null) return;
        RequireFiniteWeights(rate);
        Checkpoint.Save(Snapshot(task.SaveModel()));
        _lastGood = null;
    }

    private TrainingCheckpoint Snapshot(byte[] model) => new()
    {
        Fingerprint = Checkpoint!.Fingerprint,
        Step = parallel.Done,
        Steps = Steps,
        StepsPerPeriod = StepsPerPeriod,
        FirstLoss = _firstLoss,
        LossSum = _lossSum,
        LossSteps = _lossSteps,
        Arrays = [parallel.Parameters.Span.ToArray(), parallel.Average.Span.ToArray(),
            .. parallel.Optimizer.States.Select(state => state.AsSpan().ToArray())],
        History = task.SaveHistory(),
        Model = model,
    };

    private void Restore(TrainingCheckpoint checkpoint)
    {
        float[][] states = parallel.Optimizer.States;
        int length = parallel.Network.ParameterCount;
        if (checkpoint.Arrays.Count != 2 + states.Length || checkpoint.Arrays.Any(array => array.Length != length)
           ) throw Checkpoint!.Damaged();
        _firstLoss = checkpoint.FirstLoss;
        _lossSum = checkpoint.LossSum;
        _lossSteps = checkpoint.LossSteps;
        checkpoint.Arrays[0].CopyTo(parallel.Parameters.Span);
        checkpoint.Arrays[1].CopyTo(parallel.Average.Span);
        for (int i = 0; i < states.Length; i++) checkpoint.Arrays[2 + i].CopyTo(states[i], 0);
        try
        {
            task.RestoreHistory(checkpoint.History);
        }
        catch (InvalidDataException)
        {
            throw Checkpoint!.Damaged();
        }
    }

    private void RequireFiniteWeights(double rate)
    {
        if (Finite.All(parallel.Parameters.Span) && Finite.All(parallel.Average.Span)
            && parallel.Optimizer.States.All(state => Finite.All(state))) return;
        throw Diverged("the weights are no longer numbers", rate);
    }

    private TrainingDivergedException Diverged(string what, double rate)
    {
        long step = parallel.Done;
        string period = PeriodName is null ? "" : $"{PeriodName} {((step - 1) / StepsPerPeriod) + 1}, ";
        return new TrainingDivergedException(string.Create(
            CultureInfo.InvariantCulture, $"{what} at step {step} of {Steps} ({period}learning rate {rate:g3}); {Advice}"));
    }
}
