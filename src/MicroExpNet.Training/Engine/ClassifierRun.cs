using MicroExpNet.Models;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Engine;

/// <summary>A classifier's run: it evaluates the network after each epoch, records it, and keeps the best weights.</summary>
/// <param name="engine">The training steps.</param>
/// <param name="options">How to train.</param>
/// <param name="card">The saved model's card, but for what training itself knows.</param>
/// <param name="validation">Faces to evaluate on after each epoch; null for none.</param>
internal sealed class ClassifierRun(TrainingEngine engine, TrainingOptions options, ModelCard card, FaceDataSet? validation) : ITrainingTask
{
    private readonly PreparedFaces? _validation = validation is null
        ? null
        : PreparedFaces.Prepare(validation, engine.Network.Architecture.Input, card);

    // As many are degraded as of the training faces: probabilities fitted to good pictures alone are too high on poor ones.
    private readonly PreparedFaces? _calibration = validation is null || options.Augmentation.Degradation == 0
        ? null
        : PreparedFaces.Prepare(
            Degradation.Apply(validation, options.Augmentation.Degradation), engine.Network.Architecture.Input, card);
    private readonly List<EpochRecord> _epochs = [];
    private double _accuracy;
    private int _bestEpoch;
    private float[] _best = [];
    private float[] _bestStatistics = [];
    private int _savedEpoch;
    private byte[] _savedModel = [];

    /// <summary>The model to start from; null for none.</summary>
    public Model? Initial { get; init; }

    /// <summary>Whether the best epoch's weights are kept; otherwise the last one's.</summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>Receives progress.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Steps of an epoch.</summary>
    public required long StepsPerEpoch { get; init; }

    /// <inheritdoc/>
    public double ChanceLoss => Math.Log(engine.Frequencies.Length);

    /// <inheritdoc/>
    public void Initialize()
    {
        ParameterInitializer.Initialize(engine.Network, engine.Parameters.Span, options.Seed);
        if (Initial is not null)
        {
            bool hasClasses = FineTuning.HasClasses(Initial, engine.Network.Architecture.Labels);
            ModelParameters.Load(engine.Network, Initial, engine.Parameters.Span, withLast: hasClasses);
        }

        if (engine.Average != engine.Parameters) engine.Parameters.Span.CopyTo(engine.Average.Span);
    }

    /// <inheritdoc/>
    public double Step(double learningRate)
    {
        (double loss, double accuracy) = engine.Step(learningRate);
        _accuracy += accuracy;
        return loss;
    }

    /// <inheritdoc/>
    public void EndPeriod(double learningRate, double meanLoss)
    {
        double loss = double.NaN, accuracy = double.NaN, recall = double.NaN;
        float[] statistics = engine.Statistics(engine.Average);
        bool keeps = _validation is null;
        if (_validation is not null)
        {
            EvaluationResult result = EvaluationResult.From(Predict(ToModel(engine.Average.Span, statistics, 1), _validation));
            (loss, accuracy, recall) = (result.CrossEntropy, result.Accuracy, result.MeanRecall);
            keeps = !KeepsBest || _bestEpoch == 0 || IsBetter(result, _epochs[_bestEpoch - 1]);
        }

        _epochs.Add(new EpochRecord(_epochs.Count + 1, learningRate, meanLoss, _accuracy / StepsPerEpoch, loss, accuracy, recall));
        _accuracy = 0;
        if (!keeps) return;
        _bestEpoch = _epochs.Count;
        _best = engine.Average.Span.ToArray();
        _bestStatistics = statistics;
    }

    /// <inheritdoc/>
    public void Report(LoopProgress progress, bool endsPeriod) => Progress?.Report(new TrainingProgress(
        progress.Step, progress.Steps, StepsPerEpoch, progress.StepsPerSecond * options.BatchSize, progress.Loss, progress.Remaining,
            endsPeriod ? _epochs[^1] : null));

    /// <inheritdoc/>
    public EpochHistory SaveHistory() => new(_accuracy, [.. _epochs], _bestEpoch, _best, _bestStatistics);

    /// <inheritdoc/>
    public void RestoreHistory(EpochHistory? history)
    {
        int weights = engine.Network.ParameterCount, statistics = engine.Network.StatisticCount;
        if (history is null
            || (history.BestEpoch > 0
            && (history.BestWeights.Length != weights || history.BestStatistics.Length != statistics))) throw new InvalidDataException();
        _accuracy = history.Accuracy;
        _epochs.AddRange(history.Epochs);
        _bestEpoch = history.BestEpoch;
        _best = history.BestWeights;
        _bestStatistics = history.BestStatistics;
    }

    /// <inheritdoc/>
    public byte[] SaveModel()
    {
        if (_savedEpoch == _bestEpoch && _bestEpoch > 0) return _savedModel;
        Model model = _bestEpoch > 0 ? Finish().Model : ToModel(engine.Average.Span, engine.Statistics(engine.Average), 1);
        using MemoryStream file = new();
        model.Save(file);
        (_savedEpoch, _savedModel) = (_bestEpoch, file.ToArray());
        return _savedModel;
    }

    /// <summary>The result, after the last epoch.</summary>
    /// <exception cref="TrainingDivergedException">The model's weights or results are not numbers.</exception>
    public TrainingResult Finish()
    {
        Model model = ToModel(_best, _bestStatistics, 1);
        if (_validation is null) return new TrainingResult(model, [.. _epochs], _bestEpoch);
        double temperature = Predict(model, _calibration ?? _validation).BestTemperature();
        model = ToModel(_best, _bestStatistics, temperature);
        EvaluationResult result = EvaluationResult.From(Predict(model, _validation));
        model = model.WithCard(model.Card with { Scores = result.Describe(validation!.Name) });
        return new TrainingResult(model, [.. _epochs], _bestEpoch) { Validation = result, Temperature = temperature };
    }

    // With few validation faces epochs are often equally accurate: then the one that is surer of the right answers is better.
    private static bool IsBetter(EvaluationResult result, EpochRecord best) =>
        result.Accuracy > best.ValidationAccuracy
            || (result.Accuracy == best.ValidationAccuracy && result.CrossEntropy < best.ValidationLoss);

    private static Predictions Predict(Model model, PreparedFaces faces)
    {
        try
        {
            return Predictions.Run(new Network(model), faces);
        }
        catch (ModelFormatException e)
        {
            throw new TrainingDivergedException("the network's outputs for the validation faces are no longer numbers", e);
        }
    }

    private Model ToModel(ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, double temperature)
    {
        float[] own = parameters.ToArray();
        ParameterBlock last = engine.Network.Blocks().Last();
        double[] corrections = engine.LogitCorrections();
        for (int i = 0; i < last.OtherCount; i++) own[last.Offset + last.WeightCount + i] += (float)corrections[i];
        for (int i = last.Offset; i < last.Offset + last.Count; i++) own[i] = (float)(own[i] / temperature);
        return ModelParameters.ToModel(engine.Network, own, statistics, card with
        {
            PixelScale = options.PixelScale,
            PixelOffset = options.PixelOffset,
            ClassFrequencies = [.. engine.Frequencies.Select(frequency => (float)frequency)],
        });
    }
}
