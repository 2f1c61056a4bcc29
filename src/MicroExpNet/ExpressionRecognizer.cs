using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;

namespace MicroExpNet;

/// <summary>
/// Recognises the expression of a face. An instance can be used by any number of threads at once. After each of them has called it once,
/// nothing is allocated.
/// </summary>
public sealed class ExpressionRecognizer
{
    private static readonly Lazy<ExpressionRecognizer> LazyDefault = new(() =>
    {
        using Stream stream = ShippedModels.OpenDefault();
        return Load(stream);
    });

    private readonly InferenceOptions? _options;

    /// <summary>Creates a recogniser that runs a model.</summary>
    /// <param name="model">A model whose labels are expressions. Expressions without a label get probability 0.</param>
    /// <param name="options">Which networks it accepts; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">
    /// The model's input does not fit its card, its labels are not expressions, or it needs more memory or operations than allowed.
    /// </exception>
    public ExpressionRecognizer(Model model, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Architecture architecture = model.Architecture;
        if (architecture.Output.Length != architecture.Labels.Length)
        {
            throw new ModelFormatException($"model '{architecture.Name}' gives {architecture.Output} values; "
                + "an expression model gives one for each expression");
        }

        ExpressionLabels.Parse(architecture.Labels, architecture.Name);
        Classifier = new FaceClassifier(model, options);
        _options = options;
    }

    /// <summary>The recogniser of the model built into this library, <c>microexpnet-3</c>; created on first use.</summary>
    public static ExpressionRecognizer Default => LazyDefault.Value;

    /// <summary>The network it runs.</summary>
    public Network Network => Classifier.Network;

    /// <summary>The model's card: what it is, and how faces become its input.</summary>
    public ModelCard Card => Network.Model.Card;

    /// <summary>The same model, whose classes are the eight expressions.</summary>
    internal FaceClassifier Classifier { get; }

    /// <summary>Cuts faces out as the model's card says.</summary>
    internal FaceCropper Cropper => Classifier.Cropper;

    /// <summary>Rows of the model's input.</summary>
    public int InputHeight => Network.Model.Architecture.Input.Height;

    /// <summary>Columns of the model's input.</summary>
    public int InputWidth => Network.Model.Architecture.Input.Width;

    /// <summary>Reads a model file.</summary>
    /// <param name="path">An ONNX file, e.g. one that <c>mexp import</c> wrote.</param>
    /// <exception cref="ModelFormatException">The file is not an expression model this library can run; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ExpressionRecognizer Load(string path) => new(Model.Load(path));

    /// <summary>Reads a model from a stream.</summary>
    /// <param name="stream">The stream, read to its end and left open.</param>
    /// <exception cref="ModelFormatException">The stream does not hold an expression model this library can run.</exception>
    public static ExpressionRecognizer Load(Stream stream) => new(Model.Load(stream));

    /// <summary>A recogniser of the same model with other prior probabilities of the expressions.</summary>
    /// <param name="prior">The prior; <see cref="ClassPrior.Uniform"/> makes all expressions equally likely before the face is
    /// seen.</param>
    /// <exception cref="ModelFormatException">The model does not say how frequent its classes were in training, or the prior names other
    /// classes.</exception>
    public ExpressionRecognizer WithPrior(ClassPrior prior) => new(Network.Model.WithPrior(prior), _options);

    /// <summary>
    /// Recognises one face of any size in grey. An image of exactly the model's input size is used as it is; any other is cropped and
    /// resized as the model's card says.
    /// </summary>
    /// <param name="pixels">Grey values of the face alone, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    /// <exception cref="ModelFormatException">The model gives a value that is not a finite number.</exception>
    public ExpressionScores Recognize(ReadOnlySpan<byte> pixels, int width, int height, int stride) =>
        Recognize(new ImageView(pixels, width, height, stride));

    /// <summary>
    /// Recognises one face of any size. An image of exactly the model's input size is used as it is; any other is cropped and resized as
    /// the model's card says.
    /// </summary>
    /// <param name="face">The image of the face alone, of any pixel format.</param>
    /// <exception cref="ArgumentException"><paramref name="face"/> is <c>default</c>.</exception>
    /// <exception cref="ModelFormatException">The network's outputs are not finite numbers.</exception>
    public ExpressionScores Recognize(ImageView face)
    {
        Span<float> probabilities = stackalloc float[ExpressionScores.Count];
        Classifier.Classify(face, probabilities);
        return new ExpressionScores(probabilities);
    }

    /// <summary>Recognises crops of exactly the model's input size.</summary>
    /// <param name="crops">
    /// Pixels as the model reads them, packed: grey values, <c>[count, height, width]</c>, or the card's colours,
    /// <c>[count, height, width, 3]</c>.
    /// </param>
    /// <param name="count">Number of crops, 0 or more.</param>
    /// <param name="results">Receives the scores; at least <paramref name="count"/> values.</param>
    /// <exception cref="ArgumentException">A span is too short for <paramref name="count"/>.</exception>
    /// <exception cref="ModelFormatException">The model gives a value that is not a finite number.</exception>
    public void Recognize(ReadOnlySpan<byte> crops, int count, Span<ExpressionScores> results)
    {
        Classifier.CheckCrops(crops, count);
        if (results.Length < count)
        {
            throw new ArgumentException($"room for {results.Length} results; {count} crops need {count}", nameof(results));
        }

        int length = Cropper.Length;
        Span<float> probabilities = stackalloc float[ExpressionScores.Count];
        for (int i = 0; i < count; i++)
        {
            Classifier.ClassifyCrop(crops.Slice(i * length, length), probabilities);
            results[i] = new ExpressionScores(probabilities);
        }
    }
}
