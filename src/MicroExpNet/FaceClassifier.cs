using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet;

/// <summary>
/// Recognises the class of a face from its pixels, with a model whose classes may be any, such as one that was trained on classes of
/// one's own. <see cref="ExpressionRecognizer"/> is for the eight expressions, and allocates nothing. One instance serves any number of
/// threads at once.
/// </summary>
public sealed class FaceClassifier
{
    // Bytes of a crop that is made on the stack; a tiny network's input is no larger.
    private const int MaxStackCrop = 16 * 1024;

    private readonly ImmutableArray<int> _places;
    private readonly bool _endsInSoftmax;

    /// <summary>Makes a model ready to classify.</summary>
    /// <param name="model">
    /// A model of faces. If all its labels are expressions, the classes are the eight expressions under their own names, and those
    /// it does not know get probability 0; otherwise they are its labels.
    /// </param>
    /// <param name="options">What networks are accepted; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">
    /// The model's input does not fit its card, a number on the card is none or too large, its face crop is not within a face's box, it
    /// does not give one value for each class, or it needs more memory or operations than it may.
    /// </exception>
    public FaceClassifier(Model model, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Architecture architecture = model.Architecture;
        if ((model.Card.FindFault() ?? model.Card.FindFault(architecture.Input)) is { } fault)
        {
            throw new ModelFormatException($"model '{architecture.Name}': {fault}");
        }

        if (architecture.Output.Length != architecture.Labels.Length)
        {
            throw new ModelFormatException($"model '{architecture.Name}' gives {architecture.Output} values; expected one for each class");
        }

        if (architecture.Labels.All(label => ExpressionLabels.TryParse(label, out _)))
        {
            Labels = ExpressionScores.Names;
            _places = [.. ExpressionLabels.Parse(architecture.Labels, architecture.Name).Select(expression => (int)expression)];
        }
        else
        {
            Labels = architecture.Labels;
            _places = [.. Enumerable.Range(0, Labels.Length)];
        }

        _endsInSoftmax = architecture.Layers[^1] is Softmax;
        Network = new Network(model, options);
        Cropper = new FaceCropper(model.Card, InputWidth, InputHeight);

        // Finite weights may still overflow: found here, rather than with the first face.
        byte[] ramp = new byte[Cropper.Length];
        for (int i = 0; i < ramp.Length; i++) ramp[i] = (byte)i;
        ClassifyCrop(ramp, new float[Labels.Length]);
    }

    /// <summary>The classes' names: the eight expressions, or those of the model.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>The network that does the work.</summary>
    public Network Network { get; }

    /// <summary>The model's card.</summary>
    public ModelCard Card => Network.Model.Card;

    /// <summary>Cuts faces out as the model's card says.</summary>
    internal FaceCropper Cropper { get; }

    /// <summary>Rows of the model's input.</summary>
    public int InputHeight => Network.Model.Architecture.Input.Height;

    /// <summary>Columns of the model's input.</summary>
    public int InputWidth => Network.Model.Architecture.Input.Width;

    /// <summary>Reads a model file, or a built-in model by its name.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <exception cref="ModelFormatException">The file is no model this library can classify faces with; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FaceClassifier Load(string path) => new(Model.Load(path));

    /// <summary>
    /// Classifies one face of any size. An image of exactly the model's input size is used as it is; any other is cropped and resized as
    /// the model's card says.
    /// </summary>
    /// <param name="face">The image of the face alone, of any pixel format.</param>
    /// <exception cref="ModelFormatException">The model gives a value that is not a finite number.</exception>
    public ClassScores Classify(ImageView face)
    {
        Span<float> probabilities = Labels.Length <= ExpressionScores.Count
            ? stackalloc float[ExpressionScores.Count]
            : new float[Labels.Length];
        probabilities = probabilities[..Labels.Length];
        Classify(face, probabilities);
        return new ClassScores(Labels, probabilities);
    }

    /// <summary>Classifies crops of exactly the model's input size.</summary>
    /// <param name="crops">Pixels as the model reads them, <c>[count, height, width, channels]</c>, packed.</param>
    /// <param name="count">Number of crops, 0 or more.</param>
    /// <returns>The scores of each crop, in their order.</returns>
    /// <exception cref="ArgumentException"><paramref name="crops"/> is too short for <paramref name="count"/>.</exception>
    /// <exception cref="ModelFormatException">The model gives a value that is not a finite number.</exception>
    public ClassScores[] Classify(ReadOnlySpan<byte> crops, int count)
    {
        CheckCrops(crops, count);
        int length = Cropper.Length;
        var results = new ClassScores[count];
        float[] probabilities = new float[Labels.Length];
        for (int i = 0; i < count; i++)
        {
            ClassifyCrop(crops.Slice(i * length, length), probabilities);
            results[i] = new ClassScores(Labels, probabilities);
        }

        return results;
    }

    /// <summary>Classifies one face of any size.</summary>
    /// <param name="face">The image of the face alone, of any pixel format.</param>
    /// <param name="probabilities">Receives the probability of each class, <c>[classes]</c>.</param>
    [SkipLocalsInit]
    internal void Classify(ImageView face, Span<float> probabilities)
    {
        face.ThrowIfEmpty(nameof(face));
        int length = Cropper.Length;
        bool fits = face.Width == InputWidth && face.Height == InputHeight;
        if (fits && face.Format == Card.InputFormat && face.Stride == face.Width * face.Channels)
        {
            ClassifyCrop(face.Pixels[..length], probabilities);
            return;
        }

        byte[]? rented = length > MaxStackCrop ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> crop = rented is null ? stackalloc byte[MaxStackCrop] : rented;
        crop = crop[..length];
        if (fits) Cropper.Convert(face, crop);
        else Cropper.CutInput(face, new DetectedFace(new FaceBox(0, 0, face.Width, face.Height)), crop);
        ClassifyCrop(crop, probabilities);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Makes sure that there are pixels for so many crops.</summary>
    /// <param name="crops">Pixels as the model reads them.</param>
    /// <param name="count">Number of crops.</param>
    /// <exception cref="ArgumentException">There are not.</exception>
    internal void CheckCrops(ReadOnlySpan<byte> crops, int count)
    {
        int length = Cropper.Length;
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (crops.Length < (long)count * length)
        {
            throw new ArgumentException(
                $"{crops.Length} bytes for {count} crops of {InputHeight}×{InputWidth}; expected {(long)count * length}", nameof(crops));
        }
    }

    /// <summary>Classifies a crop of exactly the model's input size.</summary>
    /// <param name="crop">Pixels as the model reads them, <c>[height, width, channels]</c>, packed.</param>
    /// <param name="probabilities">Receives the probability of each class, <c>[classes]</c>.</param>
    /// <exception cref="ModelFormatException">The network's outputs are not finite numbers.</exception>
    internal void ClassifyCrop(ReadOnlySpan<byte> crop, Span<float> probabilities)
    {
        Span<float> outputs = _places.Length <= ExpressionScores.Count
            ? stackalloc float[ExpressionScores.Count]
            : new float[_places.Length];
        outputs = outputs[.._places.Length];
        Network.RunFaces(crop, 1, outputs);
        ToProbabilities(outputs, probabilities);
    }

    /// <summary>Makes the network's outputs for a face probabilities.</summary>
    /// <param name="outputs">The outputs, one for each of the model's classes; overwritten.</param>
    /// <param name="probabilities">Receives the probability of each class, <c>[classes]</c>.</param>
    /// <exception cref="ModelFormatException">The outputs are not finite numbers.</exception>
    internal void ToProbabilities(Span<float> outputs, Span<float> probabilities)
    {
        foreach (float output in outputs)
        {
            if (!float.IsFinite(output))
            {
                throw new ModelFormatException($"model '{Network.Model.Architecture.Name}' gives values that are not finite numbers; "
                    + "its weights are too large");
            }
        }

        if (!_endsInSoftmax) SoftmaxFunction.Probabilities(outputs, outputs);
        probabilities.Clear();
        for (int i = 0; i < outputs.Length; i++) probabilities[_places[i]] = outputs[i];
    }
}
