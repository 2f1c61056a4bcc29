using System.Collections.Immutable;
using System.Diagnostics;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Evaluation;

/// <summary>A model judged on labelled faces, under any prior.</summary>
public sealed class ModelEvaluation
{
    private const int WarmUp = 32;

    private readonly Model _model;
    private readonly FaceDataSet _data;
    private readonly Network _network;
    private readonly Predictions _predictions;

    /// <summary>Runs a model over a data set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The faces.</param>
    /// <exception cref="ArgumentException">The model does not read grey faces, or knows none of the classes.</exception>
    public ModelEvaluation(Model model, FaceDataSet data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (model.Architecture.Input.Channels != 1) throw new ArgumentException($"the model reads {model.Architecture.Input}; expected grey faces, one channel");
        _model = model;
        _data = data;
        _network = new Network(model);
        PreparedFaces faces = PreparedFaces.Prepare(data, model.Architecture.Input, model.Card.FaceCrop);

        // A few unmeasured, or a small data set would measure the compiler.
        int first = Math.Min(WarmUp, faces.Count);
        _network.Run(faces.Pixels(0, first), first, new float[first * model.Architecture.Labels.Length]);
        Stopwatch clock = Stopwatch.StartNew();
        _predictions = Predictions.Run(_network, faces);
        ImagesPerSecond = faces.Count / clock.Elapsed.TotalSeconds;
        _predictions.Over(data.Labels);
    }

    /// <summary>Prepared faces told in a second, on all cores.</summary>
    public double ImagesPerSecond { get; }

    /// <summary>Judges under a prior.</summary>
    /// <param name="prior">The prior.</param>
    /// <exception cref="ModelFormatException">The model does not say how common its classes were in training, or the prior names other classes.</exception>
    public EvaluationResult Under(ClassPrior prior) => Judge(_predictions, prior);

    /// <summary>Judges under a prior with every face shifted by a tenth of its side in each direction, and sized 0.8 and 1.25: the mean of the six, and the worst.</summary>
    /// <param name="prior">The prior.</param>
    public ImmutableArray<(string Change, EvaluationResult Result)> Moved(ClassPrior prior)
    {
        (string Change, double X, double Y, double Scale)[] changes =
            [("shifted left", 0.1, 0, 1), ("shifted right", -0.1, 0, 1), ("shifted up", 0, 0.1, 1), ("shifted down", 0, -0.1, 1), ("scaled 0.8", 0, 0, 0.8), ("scaled 1.25", 0, 0, 1.25)];
        return
        [
            .. changes.Select(change => (
                change.Change, Judge(Predictions.Run(_network, PreparedFaces.Moved(_data, _model.Architecture.Input, change.X, change.Y, change.Scale)), prior))),
        ];
    }

    private EvaluationResult Judge(Predictions predictions, ClassPrior prior)
    {
        // A model that ends in a softmax gives probabilities; their logarithms are its logits but for a constant.
        if (_model.Architecture.Layers[^1] is Architectures.Softmax) predictions = predictions.Logarithms();
        return EvaluationResult.From(predictions.Shifted(prior.LogitShifts(_model.Architecture.Labels, _model.Card.ClassFrequencies)).Over(_data.Labels));
    }
}
