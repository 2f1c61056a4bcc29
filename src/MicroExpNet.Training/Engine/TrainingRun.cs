using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Layers;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Engine;

/// <summary>The run itself: its place, its log and its best weights so far.</summary>
internal sealed class TrainingRun
{
    // Losses rise for a while where the learning rate is high; this far, and over this many steps, they do not come back.
    private const double GreatestGrowth = 100;
    private const int GrowthSteps = 20;

    private readonly Trainer _trainer;
    private readonly TrainingEngine _engine;
    private readonly TrainingSettings _settings;
    private readonly ModelCard _card;
    private readonly PreparedFaces? _validation;
    private readonly LearningRateSchedule _schedule;
    private readonly long _stepsPerEpoch;
    private readonly long _steps;
    private readonly List<EpochRecord> _epochs = [];
    private readonly Stopwatch _stepping = new();
    private long _step;
    private long _stepsHere;
    private double _firstLoss = double.NaN;
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

        // As the faces are trained on, so they are to be cut.
        FaceCrop? crop = settings.Augmentation.Windows ? FaceCrop.Original : trainer.Card.FaceCrop;
        _card = trainer.Card with { FaceCrop = crop };
        _validation = trainer.Validation is { } data ? PreparedFaces.Prepare(data, engine.Network.Architecture.Input, crop) : null;
        _stepsPerEpoch = Math.Max(1, (long)Math.Round((double)training.Samples.Length / settings.BatchSize));
        _steps = _stepsPerEpoch * settings.Epochs;
        _schedule = new LearningRateSchedule(
            settings.Schedule, settings.LearningRate, _steps, (long)(settings.WarmUpEpochs * _stepsPerEpoch), (long)(settings.StepEpochs * _stepsPerEpoch));
    }

    public void Restore(TrainingCheckpoint checkpoint)
    {
        _step = checkpoint.Step;
        _firstLoss = checkpoint.FirstLoss;
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
            if (!double.IsFinite(loss)) throw Diverged("the loss is no longer a number", rate, _step + 1);
            if (double.IsNaN(_firstLoss)) _firstLoss = loss;
            _loss += loss;
            long done = (_step % _stepsPerEpoch) + 1;
            if (done >= Math.Min(GrowthSteps, _stepsPerEpoch) && _loss / done > GreatestGrowth * Math.Max(_firstLoss, Math.Log(_engine.Frequencies.Length)))
            {
                throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the loss has grown from {_firstLoss:g3} to {_loss / done:g3}"), rate, _step + 1);
            }

            _step++;
            _stepsHere++;
            _accuracy += accuracy;
            bool ends = _step % _stepsPerEpoch == 0;
            if (ends || sinceReport.Elapsed >= _trainer.ReportInterval)
            {
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

    private TrainingDivergedException Diverged(string what, double rate, long step) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} at step {step} of {_steps} (epoch {((step - 1) / _stepsPerEpoch) + 1}, learning rate {rate:g3}); a lower learning rate, a warm-up or gradient clipping may help"));

    // Few validation faces are often told equally well: then what is surer of the right answers is better.
    private static bool IsBetter(EvaluationResult result, EpochRecord best) =>
        result.Accuracy > best.ValidationAccuracy || (result.Accuracy == best.ValidationAccuracy && result.CrossEntropy < best.ValidationLoss);

    private EpochRecord EndEpoch(double rate)
    {
        if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(_engine.Average.Span))) throw Diverged("the weights are no longer numbers", rate, _step);
        double validationLoss = double.NaN, validationAccuracy = double.NaN, validationRecall = double.NaN;
        float[] statistics = _engine.Statistics(_engine.Average);
        int epoch = (int)(_step / _stepsPerEpoch);
        bool keeps = _validation is null;
        if (_validation is not null)
        {
            EvaluationResult result = EvaluationResult.From(Predictions.Run(new Network(ToModel(_engine.Average.Span, statistics, 1)), _validation));
            (validationLoss, validationAccuracy, validationRecall) = (result.CrossEntropy, result.Accuracy, result.MeanRecall);
            keeps = !_trainer.KeepsBest || _bestEpoch == 0 || IsBetter(result, _epochs[_bestEpoch - 1]);
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
            FirstLoss = _firstLoss,
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
        return Parameters.ToModel(_engine.Network, own, statistics, _card with
        {
            PixelScale = _settings.PixelScale,
            PixelOffset = _settings.PixelOffset,
            ClassFrequencies = [.. _engine.Frequencies.Select(frequency => (float)frequency)],
        });
    }
}
