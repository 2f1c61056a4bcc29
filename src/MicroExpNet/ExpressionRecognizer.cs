using MicroExpNet.Models;

namespace MicroExpNet;

/// <summary>Tells the expression of a face from its grey pixels. One instance serves any number of threads at once.</summary>
public sealed class ExpressionRecognizer
{
    /// <summary>Makes a model ready to recognise.</summary>
    /// <param name="model">A model with grey input whose labels are expressions.</param>
    /// <exception cref="ModelFormatException">The model's input is not grey, or its labels are not expressions.</exception>
    public ExpressionRecognizer(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Network = new Network(model);
    }

    /// <summary>The network that does the work.</summary>
    public Network Network { get; }

    /// <summary>The model's card.</summary>
    public ModelCard Card => Network.Model.Card;

    /// <summary>Rows of the model's input.</summary>
    public int InputHeight => Network.Model.Architecture.Input.Height;

    /// <summary>Columns of the model's input.</summary>
    public int InputWidth => Network.Model.Architecture.Input.Width;

    /// <summary>Reads a model file.</summary>
    /// <param name="path">An ONNX file, e.g. one that <c>mexp import</c> or <c>mexp train</c> wrote.</param>
    /// <exception cref="ModelFormatException">The file is no expression model this library can run; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ExpressionRecognizer Load(string path) => new(Model.Load(path));

    /// <summary>Reads a model from a stream.</summary>
    /// <param name="stream">The stream, read to its end and left open.</param>
    /// <exception cref="ModelFormatException">The stream holds no expression model this library can run.</exception>
    public static ExpressionRecognizer Load(Stream stream) => new(Model.Load(stream));

    /// <summary>Recognises one face of any size. A picture of exactly the model's input size is taken as it is; any other is brought to
    /// it the way the model's card says.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public ExpressionScores Recognize(ReadOnlySpan<byte> pixels, int width, int height, int stride) => throw new NotImplementedException();

    /// <summary>Recognises crops of exactly the model's input size.</summary>
    /// <param name="crops">Grey values, <c>[count, height, width]</c>, packed.</param>
    /// <param name="count">Number of crops, 0 or more.</param>
    /// <param name="results">At least <paramref name="count"/> places.</param>
    /// <exception cref="ArgumentException">A span is too short for <paramref name="count"/>.</exception>
    public void Recognize(ReadOnlySpan<byte> crops, int count, Span<ExpressionScores> results) => throw new NotImplementedException();
}
