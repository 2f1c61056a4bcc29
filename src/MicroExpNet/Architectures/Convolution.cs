namespace MicroExpNet.Architectures;

/// <summary>
/// A two-dimensional convolution with bias. Its weights are <c>[height, width, input channels / groups, output channels]</c>, the layout
/// of TensorFlow.
/// </summary>
internal sealed class Convolution : Layer
{
    /// <summary>Describes a convolution.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    /// <param name="window">Kernel size and stride.</param>
    /// <param name="padding">Zeros added around the input.</param>
    /// <param name="outputChannels">Number of filters; a multiple of <paramref name="groups"/>.</param>
    /// <param name="groups">1 for a dense convolution, the number of channels for a depthwise one.</param>
    /// <exception cref="ArgumentException">The channels do not divide by the groups, or the window does not fit.</exception>
    public Convolution(string name, int input, TensorShape inputShape, Window window, Padding padding, int outputChannels, int groups = 1)
        : base(name, [input], Shape(inputShape, window, padding, outputChannels))
    {
        if (groups < 1 || inputShape.Channels % groups != 0 || outputChannels % groups != 0)
        {
            throw new ArgumentException(
                $"layer '{name}': {inputShape.Channels} input and {outputChannels} output channels must both divide by {groups} groups",
                nameof(groups));
        }

        // One array holds the weights.
        if ((double)window.Height * window.Width * (inputShape.Channels / groups) * outputChannels is < 0 or > int.MaxValue)
        {
            throw new ArgumentException(
                $"layer '{name}': {window} with {inputShape.Channels} input and {outputChannels} output channels has too many weights",
                nameof(window));
        }

        InputShape = inputShape;
        Window = window;
        Padding = padding;
        Groups = groups;
    }

    /// <summary>The shape of what it reads.</summary>
    public TensorShape InputShape { get; }

    /// <summary>Kernel size and stride.</summary>
    public Window Window { get; }

    /// <summary>Zeros around the input.</summary>
    public Padding Padding { get; }

    /// <summary>1 for a dense convolution, the number of channels for a depthwise one.</summary>
    public int Groups { get; }

    /// <summary>Whether each channel has filters of its own.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == InputShape.Channels;

    /// <summary>Input channels that one filter reads.</summary>
    public int ChannelsPerGroup => InputShape.Channels / Groups;

    /// <inheritdoc/>
    public override string Kind => IsDepthwise ? "Depthwise convolution" : "Convolution";

    /// <inheritdoc/>
    public override string Settings => Groups == 1 || IsDepthwise ? Window.ToString() : $"{Window}, {Groups} groups";

    /// <inheritdoc/>
    public override long WeightCount => (long)Window.Height * Window.Width * ChannelsPerGroup * OutputShape.Channels;

    /// <inheritdoc/>
    public override int BiasCount => OutputShape.Channels;

    /// <inheritdoc/>
    public override long MultiplyAdds => WeightCount * OutputShape.Height * OutputShape.Width;

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => true;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new Convolution(Name, Inputs[0], shapes[0], Window, Padding, OutputShape.Channels, Groups);

    private static TensorShape Shape(TensorShape input, Window window, Padding padding, int channels)
    {
        (int rows, int columns) = window.Positions(input, padding);
        return new TensorShape(rows, columns, channels);
    }

    private protected override bool HasSettingsOf(Layer other) =>
        other is Convolution own && own.InputShape == InputShape && own.Window == Window && own.Padding == Padding && own.Groups == Groups;
}
