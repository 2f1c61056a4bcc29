using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Models;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.Evaluation;

/// <summary>Evaluates a model on labelled faces, under any prior.</summary>
public sealed class ModelEvaluation
{
    private const int WarmUp = 32;
    private const ulong NoiseSeed = 0x4015E;

    // A light mask.
    private const byte MaskGray = 200;

    private const double MaxTilt = 20 * Math.PI / 180;

    private readonly Model _model;
    private readonly FaceDataSet _data;
    private readonly Network _network;
    private readonly InferenceOptions? _options;
    private readonly Predictions _predictions;

    /// <summary>Runs a model over a data set.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The faces.</param>
    /// <param name="options">What networks are accepted; the defaults if absent.</param>
    /// <exception cref="ArgumentException">
    /// The model does not read grey faces, or has none of the classes; or the data set's parts do not fit together.
    /// </exception>
    /// <exception cref="ModelFormatException">The model's outputs for a face are not finite numbers.</exception>
    public ModelEvaluation(Model model, FaceDataSet data, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        data.RequireConsistent();
        ArgumentCheck.Require(!data.Samples.IsEmpty, $"{data.Name}: no faces");
        if (model.Architecture.Input.Channels != 1)
        {
            throw new ArgumentException($"the model reads {model.Architecture.Input}; expected grey faces, one channel");
        }
        _model = model;
        _data = data;
        _options = options;
        _network = new Network(model, options);
        PreparedFaces faces = PreparedFaces.Prepare(data, model.Architecture.Input, model.Card);

        // The first faces are not timed: a small data set would measure the compiler.
        int first = Math.Min(WarmUp, faces.Count);
        _network.RunFaces(faces.Pixels(0, first), first, new float[first * model.Architecture.Labels.Length]);
        Stopwatch clock = Stopwatch.StartNew();
        _predictions = Predictions.Run(_network, faces);
        ImagesPerSecond = faces.Count / clock.Elapsed.TotalSeconds;
        _predictions.Over(data.Labels);
    }

    /// <summary>The classes that only the model has. To recognise a face as one of them is wrong.</summary>
    internal ImmutableArray<string> OnlyOfModel => ClassNames.Without(_model.Architecture.Labels, _data.Labels);

    /// <summary>The data set's classes that the model does not have. It recognises none of their faces.</summary>
    internal ImmutableArray<string> OnlyOfData => ClassNames.Without(_data.Labels, _model.Architecture.Labels);

    /// <summary>Prepared faces recognised per second, on all cores.</summary>
    public double ImagesPerSecond { get; }

    /// <summary>Evaluates the model under a prior.</summary>
    /// <param name="prior">The prior.</param>
    /// <exception cref="ModelFormatException">The model does not say how common its classes were in training, or the prior names other
    /// classes.</exception>
    public EvaluationResult Evaluate(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        return Evaluate(_predictions, prior);
    }

    /// <summary>Counts the faces that are recognised, by <see cref="FaceSample.Group"/>.</summary>
    /// <param name="prior">The prior.</param>
    /// <returns>The groups by name.</returns>
    /// <exception cref="ModelFormatException">The model does not say how common its classes were in training, or the prior names other
    /// classes.</exception>
    public IReadOnlyList<GroupResult> EvaluateGroups(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        Predictions predictions = Shift(_predictions, prior);
        return GroupResult.Count(_data.Samples.Select((sample, i) => (sample.Group, predictions.Top(i) == sample.Label)));
    }

    /// <summary>
    /// Evaluates the model on degraded faces: with noise of a standard deviation of 15 grey values, blurred by a Gaussian of 2 pixels of a
    /// face of 48, in an eighth of the light, with 16 rows of pixels, and with the lower 42% covered.
    /// </summary>
    /// <param name="prior">The prior.</param>
    /// <returns>The name of each of the five changes and its result.</returns>
    /// <exception cref="ModelFormatException">The model does not say how common its classes were in training, or the prior names other
    /// classes.</exception>
    public ImmutableArray<(string Change, EvaluationResult Result)> EvaluateDegraded(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        (string Change, Func<GrayImage, int, GrayImage> Apply)[] changes =
        [
            ("noise of 15", AddNoise), ("blurred by 2 pixels", (image, _) => Degradation.Blur(image, 2)),
            ("an eighth of the light", (image, _) => Degradation.Expose(image, 0.125)),
            ("16 pixels", (image, _) => Degradation.Shrink(image, 1.0 / 3)),
            ("lower part covered", (image, _) => Degradation.Cover(image, 0.58, 1, 0, 1, MaskGray)),
        ];
        return [.. changes.Select(change => (change.Change, Evaluate(Changed(change.Apply), prior)))];
    }

    /// <summary>Evaluates the model on faces that are shifted by a tenth of their side in each direction, and scaled by 0.8 and
    /// 1.25.</summary>
    /// <param name="prior">The prior.</param>
    /// <returns>The name of each of the six changes and its result.</returns>
    /// <exception cref="ModelFormatException">The model does not say how common its classes were in training, or the prior names other
    /// classes.</exception>
    public ImmutableArray<(string Change, EvaluationResult Result)> EvaluateShifted(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        (string Change, double X, double Y, double Scale)[] changes =
        [
            ("shifted left", 0.1, 0, 1), ("shifted right", -0.1, 0, 1), ("shifted up", 0, 0.1, 1), ("shifted down", 0, -0.1, 1),
            ("scaled 0.8", 0, 0, 0.8), ("scaled 1.25", 0, 0, 1.25),
        ];
        return [.. changes.Select(change => (change.Change, Evaluate(Shifted(change.X, change.Y, change.Scale), prior)))];
    }

    /// <summary>
    /// Evaluates the model on faces cut out as a detector finds them in larger pictures: upright, tilted by up to 20 degrees, and tilted
    /// but
    /// rotated upright by the eyes.
    /// </summary>
    /// <param name="prior">The prior.</param>
    /// <param name="detector">The detector.</param>
    /// <returns>The name of each change, with the share of the faces that was found, and its result.</returns>
    /// <exception cref="ModelFormatException">
    /// The model does not recognise expressions, does not say how common its classes were in training, or the prior names other classes.
    /// </exception>
    public ImmutableArray<(string Change, EvaluationResult Result)> EvaluateDetected(ClassPrior prior, IFaceDetector detector)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(detector);
        (string Change, double Tilt, bool Upright)[] changes =
        [
            ("found", 0, false), ("found and turned upright", 0, true),
            ("tilted, found", MaxTilt, false), ("tilted, found and turned upright", MaxTilt, true),
        ];
        List<(string, EvaluationResult)> results = [];
        foreach ((string change, double tilt, bool upright) in changes)
        {
            Model model = new(_model.Architecture, _model.Parameters, _model.Card with { Upright = upright }, _model.Quantization);
            (PreparedFaces faces, double share) = PreparedFaces.PrepareDetected(
                _data, new PhotoRecognizer(new ExpressionRecognizer(model, _options), detector), tilt);
            string name = string.Create(CultureInfo.InvariantCulture, $"{change} ({share:0.0%} of them)");
            results.Add((name, Evaluate(Predictions.Run(_network, faces), prior)));
        }

        return [.. results];
    }

    /// <summary>Evaluates the model on faces cut out as a detector finds them.</summary>
    /// <param name="prior">The prior.</param>
    /// <param name="detector">The detector.</param>
    /// <param name="share">The face's share of its picture's side.</param>
    internal EvaluationResult EvaluateDetected(ClassPrior prior, IFaceDetector detector, double share)
    {
        PhotoRecognizer recognizer = new(new ExpressionRecognizer(_model, _options), detector);
        return Evaluate(Predictions.Run(_network, PreparedFaces.PrepareDetected(_data, recognizer, 0, share).Faces), prior);
    }

    private static GrayImage AddNoise(GrayImage image, int position)
    {
        RandomStream random = new(NoiseSeed, (ulong)position);
        return Degradation.AddNoise(image, 15, ref random);
    }

    private Predictions Changed(Func<GrayImage, int, GrayImage> apply)
    {
        FaceSample[] samples = new FaceSample[_data.Samples.Length];
        Parallel.For(0, samples.Length, i => samples[i] = _data.Samples[i] with { Image = apply(_data.Samples[i].Image, i) });
        return Predictions.Run(
            _network, PreparedFaces.Prepare(_data with { Samples = [.. samples] }, _model.Architecture.Input, _model.Card));
    }

    private Predictions Shifted(double x, double y, double scale) =>
        Predictions.Run(_network, PreparedFaces.PrepareShifted(_data, _model.Architecture.Input, x, y, scale));

    private EvaluationResult Evaluate(Predictions predictions, ClassPrior prior) => EvaluationResult.From(Shift(predictions, prior));

    // The logits under a prior, those of the data set's classes first.
    private Predictions Shift(Predictions predictions, ClassPrior prior)
    {
        // A model that ends in a softmax gives probabilities: their logarithms are its logits, up to a constant.
        if (_model.Architecture.Layers[^1] is Architectures.Softmax) predictions = predictions.Logarithms();
        double[] shifts = prior.LogitShifts(_model.Architecture.Labels, _model.Card.ClassFrequencies);
        return predictions.Shifted(shifts).Over(_data.Labels);
    }
}
