namespace MicroExpNet.Architectures;

/// <summary>Describes an <see cref="Architecture"/> layer by layer. A layer reads the one before it, unless another is named.</summary>
internal sealed class ArchitectureBuilder
{
    private readonly string _name;
    private readonly TensorShape _input;
    private readonly List<Layer> _layers = [];

    /// <summary>Starts with the network's input.</summary>
    /// <param name="name">The architecture's name.</param>
    /// <param name="input">The shape of one input image, <c>[height, width, channels]</c>.</param>
    public ArchitectureBuilder(string name, TensorShape input)
    {
        _name = name;
        _input = input;
    }

    /// <summary>Position of the layer added last, for <see cref="Add"/>; <see cref="Layer.NetworkInput"/> before the first.</summary>
    public int Position => _layers.Count - 1;

    private TensorShape Shape => ShapeOf(Position);

    /// <summary>Adds a convolution with TensorFlow's SAME padding.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="size">Rows and columns of the kernel.</param>
    /// <param name="stride">Stride, both ways.</param>
    /// <param name="outputChannels">Number of filters.</param>
    /// <param name="groups">1 for dense, the number of input channels for depthwise.</param>
    /// <param name="from">Position of the layer it reads; the last one where absent.</param>
    public ArchitectureBuilder Convolution(string name, int size, int stride, int outputChannels, int groups = 1, int? from = null)
    {
        int input = from ?? Position;
        Window window = Window.Square(size, stride);
        TensorShape shape = ShapeOf(input);
        return Append(new Convolution(name, input, shape, window, Padding.Same(shape, window), outputChannels, groups));
    }

    /// <summary>Adds a convolution with the same zeros on all sides, which serves images of any size.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="size">Rows and columns of the kernel.</param>
    /// <param name="stride">Stride, both ways.</param>
    /// <param name="outputChannels">Number of filters.</param>
    /// <param name="padding">Rows and columns of zeros on each side.</param>
    public ArchitectureBuilder PaddedConvolution(string name, int size, int stride, int outputChannels, int padding) => Append(
        new Convolution(
            name, Position, Shape, Window.Square(size, stride), new Padding(padding, padding, padding, padding), outputChannels));

    /// <summary>Adds a ReLU.</summary>
    /// <param name="name">The layer's name.</param>
    public ArchitectureBuilder Relu(string name) => Append(new Relu(name, Position, Shape));

    /// <summary>Adds a max pool with TensorFlow's SAME padding.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Stride, both ways.</param>
    public ArchitectureBuilder MaxPool(string name, int size, int stride)
    {
        Window window = Window.Square(size, stride);
        return Append(new MaxPool(name, Position, Shape, window, Padding.Same(Shape, window)));
    }

    /// <summary>Adds the mean of each channel over the image.</summary>
    /// <param name="name">The layer's name.</param>
    public ArchitectureBuilder GlobalAveragePool(string name) => Append(new GlobalAveragePool(name, Position, Shape));

    /// <summary>Adds a flattening.</summary>
    /// <param name="name">The layer's name.</param>
    public ArchitectureBuilder Flatten(string name) => Append(new Flatten(name, Position, Shape));

    /// <summary>Adds a fully connected layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="outputs">Number of outputs.</param>
    public ArchitectureBuilder FullyConnected(string name, int outputs) => Append(new FullyConnected(name, Position, Shape, outputs));

    /// <summary>Adds the sum of the last layer and an earlier one.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="other">Position of the earlier layer.</param>
    public ArchitectureBuilder Add(string name, int other) => Append(new Add(name, Position, other, Shape, ShapeOf(other)));

    /// <summary>Adds a layer made by hand.</summary>
    /// <param name="layer">The layer; it reads only layers added before it.</param>
    public ArchitectureBuilder Append(Layer layer)
    {
        _layers.Add(layer);
        return this;
    }

    /// <summary>The finished description.</summary>
    /// <param name="labels">The classes' names, as many as the last layer has outputs.</param>
    /// <exception cref="ArgumentException">
    /// See <see cref="Architecture(string, TensorShape, IEnumerable{Layer}, IEnumerable{string})"/>.
    /// </exception>
    public Architecture Build(IEnumerable<string> labels) => new(_name, _input, _layers, labels);

    private TensorShape ShapeOf(int position) => position == Layer.NetworkInput ? _input : _layers[position].OutputShape;
}
