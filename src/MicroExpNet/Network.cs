using MicroExpNet.Models;

namespace MicroExpNet;

/// <summary>
/// A model made ready to run: floats in, logits out. One instance serves any number of threads at once; after a thread's first call
/// nothing is allocated.
/// </summary>
public sealed class Network
{
    /// <summary>Makes a model ready to run.</summary>
    /// <param name="model">The model; it is not changed and may be shared.</param>
    public Network(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>The model it runs.</summary>
    public Model Model { get; }

    /// <summary>Reads an ONNX file and makes it ready to run.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">The file is no model this library can run; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Network Load(string path) => new(Model.Load(path));

    /// <summary>Reads an ONNX model from a stream and makes it ready to run.</summary>
    /// <param name="stream">The stream, read to its end and left open.</param>
    /// <exception cref="ModelFormatException">The stream holds no model this library can run.</exception>
    public static Network Load(Stream stream) => new(Model.Load(stream));

    /// <summary>Computes the logits of a batch of images.</summary>
    /// <param name="input"><c>[batch, height, width, channels]</c>, scaled as the model's card says.</param>
    /// <param name="batch">Number of images, 0 or more.</param>
    /// <param name="logits"><c>[batch, classes]</c>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the batch.</exception>
    public void Run(ReadOnlySpan<float> input, int batch, Span<float> logits) => throw new NotImplementedException();
}
