using System.Collections.Immutable;
using Google.Protobuf;
using MicroExpNet.Architectures;
using MicroExpNet.Files;
using MicroExpNet.Models.Onnx;

namespace MicroExpNet.Models;

/// <summary>An architecture with its trained values and its card; what a model file holds.</summary>
public sealed class Model
{
    private const long MaxFileLength = 256L << 20;

    /// <summary>Puts a model together.</summary>
    /// <param name="architecture">The description of the network.</param>
    /// <param name="parameters">One entry a layer, null for layers without parameters.</param>
    /// <param name="card">What the model says of itself.</param>
    /// <param name="quantization">How it computes in 8 bits; absent for a model that computes in floats.</param>
    /// <exception cref="ArgumentException">The parameters, or the quantisation, do not fit the architecture.</exception>
    public Model(Architecture architecture, IEnumerable<LayerParameters?> parameters, ModelCard card, ModelQuantization? quantization = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(card);
        Architecture = architecture;
        Parameters = [.. parameters];
        Card = card;
        Quantization = quantization;
        if (Parameters.Length != architecture.Layers.Length)
        {
            throw new ArgumentException($"{Parameters.Length} sets of parameters for {architecture.Layers.Length} layers", nameof(parameters));
        }

        for (int i = 0; i < Parameters.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            int weights = Parameters[i]?.Weights.Length ?? 0;
            int biases = Parameters[i]?.Biases.Length ?? 0;
            if (weights != layer.WeightCount || biases != layer.BiasCount)
            {
                throw new ArgumentException(
                    $"layer '{layer.Name}' has {weights} weights and {biases} biases; expected {layer.WeightCount} and {layer.BiasCount}", nameof(parameters));
            }
        }

        if (quantization?.FaultFor(architecture) is { } fault) throw new ArgumentException(fault, nameof(quantization));
    }

    /// <summary>The description of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>The trained values, one entry a layer, null for layers without parameters.</summary>
    public ImmutableArray<LayerParameters?> Parameters { get; }

    /// <summary>What the model says of itself.</summary>
    public ModelCard Card { get; }

    /// <summary>How the model computes in 8 bits; null for a model that computes in floats.</summary>
    public ModelQuantization? Quantization { get; }

    /// <summary>The same model with another prior over its classes: its last layer's biases are shifted, so it costs nothing to run.</summary>
    /// <param name="prior">The prior.</param>
    /// <exception cref="ModelFormatException">The model does not say how common its classes were in training, or the prior names other classes.</exception>
    public Model WithPrior(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        if (prior == ClassPrior.Natural) return this;
        double[] shifts = prior.LogitShifts(Architecture.Labels, Card.ClassFrequencies);
        int last = Architecture.Layers.Length - 1;
        while (last >= 0 && Architecture.Layers[last] is Softmax or Flatten) last--;
        if (last < 0 || Architecture.Layers[last] is not FullyConnected)
        {
            throw new ModelFormatException($"model '{Architecture.Name}' does not end in a fully connected layer; its prior can't be changed");
        }

        LayerParameters own = Parameters[last]!;
        LayerParameters shifted = new(own.Weights, [.. own.Biases.Select((bias, i) => (float)(bias + shifts[i]))]);
        double sum = Card.ClassFrequencies.Select((frequency, i) => frequency * Math.Exp(shifts[i])).Sum();
        ImmutableArray<float> frequencies = [.. Card.ClassFrequencies.Select((frequency, i) => (float)(frequency * Math.Exp(shifts[i]) / sum))];
        return new Model(Architecture, Parameters.SetItem(last, shifted), Card with { ClassFrequencies = frequencies }, Quantization);
    }

    /// <summary>The same fully convolutional model for images of another size; it shares the trained values.</summary>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <exception cref="ArgumentException">A layer reads images of one size only, or the images are too small for one.</exception>
    public Model WithInputSize(int height, int width) => new(Architecture.WithInputSize(height, width), Parameters, Card, Quantization);

    /// <summary>Reads an ONNX file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">The file is no model this library can run; the message names the file, node and operator.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Model Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return Load(stream, path);
    }

    /// <summary>Reads an ONNX model from a stream, to its end.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <exception cref="ModelFormatException">The stream holds no model this library can run.</exception>
    public static Model Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Load(stream, (stream as FileStream)?.Name ?? "model");
    }

    /// <summary>Writes the model as an ONNX file; an existing file is replaced whole or left as it is.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using AtomicFile file = new(path);
        Save(file.Stream);
        file.Commit();
    }

    /// <summary>Writes the model in ONNX format.</summary>
    /// <param name="stream">Where to; it is left open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        OnnxWriter.Write(this, stream);
    }

    private static Model Load(Stream stream, string name)
    {
        byte[] file = ReadToEnd(stream, name);
        if (file.Length == 0) throw new ModelFormatException($"{name}: the file is empty; expected an ONNX model");
        try
        {
            return OnnxTranslator.Translate(OnnxReader.Read(file), name);
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

    private static byte[] ReadToEnd(Stream stream, string name)
    {
        using MemoryStream memory = new();
        byte[] buffer = new byte[1 << 16];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            if (memory.Length + read > MaxFileLength) throw new ModelFormatException($"{name}: larger than {MaxFileLength >> 20} MiB; expected a tiny network");
            memory.Write(buffer, 0, read);
        }

        return memory.ToArray();
    }
}
