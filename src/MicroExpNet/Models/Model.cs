using System.Collections.Immutable;
using Google.Protobuf;
using MicroExpNet.Architectures;
using MicroExpNet.Files;
using MicroExpNet.Models.Onnx;

namespace MicroExpNet.Models;

/// <summary>An architecture with its trained values and its card: what a model file holds.</summary>
public sealed class Model
{
    private const long MaxFileLength = 256L << 20;

    // With the prior of the training faces, where this one has another.
    private Model? _natural;

    /// <summary>Puts a model together.</summary>
    /// <param name="architecture">The description of the network.</param>
    /// <param name="parameters">One entry a layer, null for layers without parameters.</param>
    /// <param name="card">What the model says about itself.</param>
    /// <param name="quantization">How it computes in 8 bits; null for a model that computes in floats.</param>
    /// <exception cref="ArgumentException">The parameters, or the quantisation, do not fit the architecture.</exception>
    internal Model(
        Architecture architecture, IEnumerable<LayerParameters?> parameters, ModelCard card, ModelQuantization? quantization = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(card);
        Architecture = architecture;
        Parameters = [.. parameters];
        Card = card;
        Quantization = quantization;
        if (Parameters.Length != architecture.Layers.Length)
        {
            throw new ArgumentException(
                $"{Parameters.Length} sets of parameters for {architecture.Layers.Length} layers", nameof(parameters));
        }

        for (int i = 0; i < Parameters.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            int weights = Parameters[i]?.Weights.Length ?? 0;
            int biases = Parameters[i]?.Biases.Length ?? 0;
            if (weights != layer.WeightCount || biases != layer.BiasCount)
            {
                throw new ArgumentException(
                    $"layer '{layer.Name}' has {weights} weights and {biases} biases; expected {layer.WeightCount} and {layer.BiasCount}",
                    nameof(parameters));
            }
        }

        if (quantization?.FaultFor(architecture) is { } fault) throw new ArgumentException(fault, nameof(quantization));
    }

    /// <summary>The description of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>The trained values, one entry a layer, null for layers without parameters.</summary>
    internal ImmutableArray<LayerParameters?> Parameters { get; }

    /// <summary>What the model says about itself.</summary>
    public ModelCard Card { get; }

    /// <summary>How the model computes in 8 bits; null for a model that computes in floats.</summary>
    internal ModelQuantization? Quantization { get; }

    /// <summary>The same model with another card, e.g. with what is known of a file that other tools exported.</summary>
    /// <param name="card">The card.</param>
    public Model WithCard(ModelCard card) => new(Architecture, Parameters, card, Quantization);

    /// <summary>
    /// The same model with another prior over its classes: its last layer's biases are shifted, so it costs nothing to run. Of a model that
    /// this method made, <see cref="ClassPrior.Natural"/> gives the one that it was made of, and others are priors of that one.
    /// </summary>
    /// <param name="prior">The prior.</param>
    /// <exception cref="ModelFormatException">
    /// The model does not know how common its classes were in training, or the prior names other classes.
    /// </exception>
    public Model WithPrior(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        if (_natural is not null) return _natural.WithPrior(prior);
        if (prior == ClassPrior.Natural) return this;
        double[] shifts = prior.LogitShifts(Architecture.Labels, Card.ClassFrequencies);
        int last = Architecture.Layers.Length - 1;
        while (last >= 0 && Architecture.Layers[last] is Softmax or LogSoftmax or Flatten) last--;
        if (last < 0 || Architecture.Layers[last] is not FullyConnected)
        {
            throw new ModelFormatException(
                $"model '{Architecture.Name}' does not end in a fully connected layer; its prior can't be changed");
        }

        LayerParameters own = Parameters[last]!;
        LayerParameters shifted = new(own.Weights, [.. own.Biases.Select((bias, i) => (float)(bias + shifts[i]))]);
        double sum = Card.ClassFrequencies.Select((frequency, i) => frequency * Math.Exp(shifts[i])).Sum();
        ImmutableArray<float> frequencies =
            [.. Card.ClassFrequencies.Select((frequency, i) => (float)(frequency * Math.Exp(shifts[i]) / sum))];
        return new Model(Architecture, Parameters.SetItem(last, shifted), Card with { ClassFrequencies = frequencies }, Quantization)
        {
            _natural = this,
        };
    }

    /// <summary>The same fully convolutional model for images of another size; it shares the trained values.</summary>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <exception cref="ArgumentException">A layer reads images of one size only, or the images are too small for one.</exception>
    public Model WithInputSize(int height, int width) => new(Architecture.WithInputSize(height, width), Parameters, Card, Quantization);

    /// <summary>Reads an ONNX file, or a model that comes with the library.</summary>
    /// <param name="path">
    /// The file; or, where no such file exists, <c>microexpnet-1</c>, <c>microexpnet-2</c>, <c>microexpnet-3</c>,
    /// <c>microexpnet-tiny</c>, <c>facedetector-2</c> or <c>faceverifier-2</c>.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ModelFormatException">
    /// The library cannot run the file's model; the message names the file, node and operator.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Model Load(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using Stream stream = ShippedModels.IsName(path) && !File.Exists(path) ? ShippedModels.Open(path) : File.OpenRead(path);
        return Load(stream, path, cancellationToken);
    }

    /// <summary>Reads an ONNX model from a stream, to its end.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ModelFormatException">The library cannot run the model in the stream.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Model Load(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Load(stream, (stream as FileStream)?.Name ?? "model", cancellationToken);
    }

    /// <summary>Writes the model as an ONNX file; an existing file is replaced whole or left as it is.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">
    /// A weight, or a number of the card, is not finite, the card does not fit the input, or the last layer gives an image.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using AtomicFile file = new(path);
        Save(file.Stream);
        file.Commit();
    }

    /// <summary>Writes the model in ONNX format.</summary>
    /// <param name="stream">Where to; it is left open.</param>
    /// <exception cref="ModelFormatException">
    /// A weight, or a number of the card, is not finite, the card does not fit the input, or the last layer gives an image.
    /// </exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (FindFault() is { } fault) throw new ModelFormatException($"model '{Architecture.Name}': {fault}; it is not saved");
        OnnxWriter.Write(this, stream);
    }

    private static Model Load(Stream stream, string name, CancellationToken cancellationToken)
    {
        byte[] file = ReadToEnd(stream, name, cancellationToken);
        if (file.Length == 0) throw new ModelFormatException($"{name}: the file is empty; expected an ONNX model");
        try
        {
            Model model = OnnxTranslator.Translate(OnnxReader.Read(file, cancellationToken), name, cancellationToken);
            return model.FindFault() is { } fault ? throw new ModelFormatException($"{name}: {fault}") : model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelFormatException($"{name}: this is no ONNX model, or it is cut short ({e.Message})", e);
        }
        catch (FormatException e)
        {
            throw new ModelFormatException($"{name}: {e.Message}", e);
        }
    }

    /// <summary>This model.</summary>
    /// <exception cref="ModelFormatException">A number on its card is none or too large.</exception>
    internal Model WithoutFault() =>
        Card.FindFault() is { } fault ? throw new ModelFormatException($"model '{Architecture.Name}': {fault}") : this;

    // A number that would make every result no number, or pixels that the network cannot read; null where there is none.
    private string? FindFault()
    {
        for (int i = 0; i < Parameters.Length; i++)
        {
            if (Parameters[i] is { AreFinite: false })
            {
                return $"layer '{Architecture.Layers[i].Name}' holds a weight or bias that is not a finite number";
            }
        }

        // Three channels may also get the same grey: a teacher's do. One channel never gets colour.
        return Card.FindFault() ?? (Card.InputFormat == PixelFormat.Gray8 ? null : Card.FindFault(Architecture.Input));
    }

    private static byte[] ReadToEnd(Stream stream, string name, CancellationToken cancellationToken)
    {
        long length = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (length > MaxFileLength) throw TooLong();
        byte[] bytes = new byte[Math.Max(length, 1 << 16)];
        int count = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = stream.Read(bytes, count, Math.Min(bytes.Length - count, 1 << 20));
            count += read;
            if (read == 0) break;
            if (count > MaxFileLength) throw TooLong();
            if (count == length) break;
            if (count == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(2L * count, MaxFileLength + 1));
        }

        return count == bytes.Length ? bytes : bytes[..count];

        ModelFormatException TooLong() => new($"{name}: larger than {MaxFileLength >> 20} MiB; expected a tiny network");
    }
}
