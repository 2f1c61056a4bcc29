using System.Diagnostics;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Layers;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Engine;

/// <summary>The run itself: its place, its log and its best weights so far.</summary>
internal sealed class TrainingRun
{
    private readonly Trainer _trainer;
    private readonly TrainingEngine _engine;
    private readonly TrainingSettings _settings;
    private readonly PreparedFaces? _validation;
    private readonly LearningRateSchedule _schedule;
    private readonly long _stepsPerEpoch;
    private readonly long _steps;
    private readonly List<EpochRecord> _epochs = [];
    private readonly Stopwatch _stepping = new();
    private long _step;
    private long _stepsHere;
    private double _loss;
    private double _accuracy;
    private string? _plan;
    private int _bestEpoch;
    private float[] _best = [];
    private float[] _bestStatistics = [];

    public TrainingRun(Trainer trainer, TrainingEngine engine, TrainingSettings settings, FaceDataSet training)
    {
        _trainer = trainer;
        _engine = engine;
        _settings = settings;
        _validation = trainer.Validation is { } data ? PreparedFaces.Prepare(data, engine.Network.Architecture.Input, trainer.Card.FaceCrop) : null;
        _stepsPerEpoch = Math.Max(1, (long)Math.Round((double)training.Samples.Length / settings.BatchSize));
        _steps = _stepsPerEpoch * settings.Epochs;
        _schedule = new LearningRateSchedule(
            settings.Schedule, settings.LearningRate, _steps, (long)(settings.WarmUpEpochs * _stepsPerEpoch), (long)(settings.StepEpochs * _stepsPerEpoch));
    }

    public void Restore(TrainingCheckpoint checkpoint)
    {
        _step = checkpoint.Step;
        _loss = checkpoint.Loss;
        _accuracy = checkpoint.Accuracy;
        _epochs.AddRange(checkpoint.Epochs);
        _bestEpoch = checkpoint.BestEpoch;
        checkpoint.Arrays[0].CopyTo(_engine.Parameters.Span);
        checkpoint.Arrays[1].CopyTo(_engine.Average.Span);
        _best = checkpoint.Arrays[2];
        _bestStatistics = checkpoint.Arrays[3];
        for (int i = 0; i < _engine.Optimizer.States.Length; i++) checkpoint.Arrays[4 + i].CopyTo(_engine.Optimizer.States[i], 0);
    }

    public TrainingResult ToEnd(Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        Stopwatch sinceReport = Stopwatch.StartNew(), sinceCheckpoint = Stopwatch.StartNew();
        while (_step < _steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Keep();
                cancellation.ThrowIfCancellationRequested();
            }

            double rate = _schedule.At(_step);
            _stepping.Start();
            (double loss, double accuracy) = _engine.Step(rate);
            _stepping.Stop();
            if (!double.IsFinite(loss))
            {
                throw new TrainingDivergedException(
                    $"the loss is no longer a number at step {_step + 1} of {_steps} (epoch {(_step / _stepsPerEpoch) + 1}, learning rate {rate:g3}); a lower learning rate, a warm-up or gradient clipping may help");
            }

            _step++;
            _stepsHere++;
            _loss += loss;
            _accuracy += accuracy;
            bool ends = _step % _stepsPerEpoch == 0;
            if (ends || sinceReport.Elapsed >= _trainer.ReportInterval)
            {
                long done = ends ? _stepsPerEpoch : _step % _stepsPerEpoch;
                double mean = _loss / done;
                EpochRecord? finished = ends ? EndEpoch(rate) : null;
                double speed = _stepsHere / _stepping.Elapsed.TotalSeconds;
                progress?.Invoke(new TrainingProgress(_step, _steps, _stepsPerEpoch, speed * _settings.BatchSize, mean, TimeSpan.FromSeconds((_steps - _step) / speed), finished));
                sinceReport.Restart();
            }

            if (_step == _steps || sinceCheckpoint.Elapsed > _trainer.CheckpointInterval)
            {
                Keep();
                sinceCheckpoint.Restart();
            }
        }

        return Finish();
    }

    private EpochRecord EndEpoch(double rate)
    {
        double validationLoss = double.NaN, validationAccuracy = double.NaN, validationRecall = double.NaN;
        float[] statistics = _engine.Statistics(_engine.Average);
        int epoch = (int)(_step / _stepsPerEpoch);
        bool keeps = _validation is null;
        if (_validation is not null)
        {
            EvaluationResult result = EvaluationResult.From(Predictions.Run(new Network(ToModel(_engine.Average.Span, statistics, 1)), _validation));
            (validationLoss, validationAccuracy, validationRecall) = (result.CrossEntropy, result.Accuracy, result.MeanRecall);
            keeps = !_trainer.KeepsBest || _bestEpoch == 0 || validationAccuracy > _epochs[_bestEpoch - 1].ValidationAccuracy;
        }

        EpochRecord record = new(epoch, rate, _loss / _stepsPerEpoch, _accuracy / _stepsPerEpoch, validationLoss, validationAccuracy, validationRecall);
        _epochs.Add(record);
        _loss = 0;
        _accuracy = 0;
        if (!keeps) return record;
        _bestEpoch = epoch;
        _best = _engine.Average.Span.ToArray();
        _bestStatistics = statistics;
        return record;
    }

    private void Keep()
    {
        if (_trainer.CheckpointPath is not { } path) return;
        new TrainingCheckpoint
        {
            Plan = _plan ??= _trainer.MakePlan(),
            Step = _step,
            Loss = _loss,
            Accuracy = _accuracy,
            Epochs = _epochs,
            BestEpoch = _bestEpoch,
            Arrays = [_engine.Parameters.Span.ToArray(), _engine.Average.Span.ToArray(), _best, _bestStatistics, .. _engine.Optimizer.States],
        }.Save(path);
    }

    private TrainingResult Finish()
    {
        double temperature = 1;
        Model model = ToModel(_best, _bestStatistics, 1);
        if (_validation is null) return new TrainingResult(model, [.. _epochs], _bestEpoch, null, temperature);
        Predictions predictions = Predictions.Run(new Network(model), _validation);
        temperature = predictions.BestTemperature();
        model = ToModel(_best, _bestStatistics, temperature);
        EvaluationResult result = EvaluationResult.From(Predictions.Run(new Network(model), _validation));
        return new TrainingResult(model, [.. _epochs], _bestEpoch, result, temperature);
    }

    private Model ToModel(ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, double temperature)
    {
        float[] own = parameters.ToArray();
        ParameterBlock last = _engine.Network.Blocks().Last();
        double[] corrections = _engine.LogitCorrections();
        for (int i = 0; i < last.OtherCount; i++) own[last.Offset + last.WeightCount + i] += (float)corrections[i];
        for (int i = last.Offset; i < last.Offset + last.Count; i++) own[i] = (float)(own[i] / temperature);
        return Parameters.ToModel(_engine.Network, own, statistics, _trainer.Card with
        {
            PixelScale = _settings.PixelScale,
            PixelOffset = _settings.PixelOffset,
            ClassFrequencies = [.. _engine.Frequencies.Select(frequency => (float)frequency)],
        });
    }
}
