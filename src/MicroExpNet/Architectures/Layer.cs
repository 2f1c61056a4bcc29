using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// One layer of an <see cref="Architecture"/>: what it reads, what it does, and the shape of its output. It holds no weights; those belong
/// to a <see cref="Models.Model"/>. Layers are equal if they are of one type and all their settings are equal.
/// </summary>
internal abstract record Layer
{
    /// <summary>Position that stands for the network's own input in <see cref="Inputs"/>.</summary>
    public const int NetworkInput = -1;

    /// <summary>
    /// The largest number of values of a layer for one image: 256 MiB of float32, far above what a tiny network needs, far below what a
    /// hostile file could ask for.
    /// </summary>
    internal const long MaxValues = 1 << 26;

    private readonly TensorShape _outputShape;

    private protected Layer(string name, ImmutableArray<int> inputs, TensorShape outputShape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Inputs = inputs;
        OutputShape = outputShape;
    }

    /// <summary>The layer's name, unique in its architecture; also its node's name in the model file.</summary>
    public string Name { get; }

    /// <summary>Positions of the layers it reads, or <see cref="NetworkInput"/>.</summary>
    public ImmutableArray<int> Inputs { get; internal init; }

    /// <summary>The shape of its output, <c>[height, width, channels]</c>.</summary>
    public TensorShape OutputShape
    {
        get => _outputShape;
        private protected init
        {
            if (value.Height <= 0 || value.Width <= 0 || value.Channels <= 0)
            {
                throw new ArgumentException($"layer '{Name}' would give the empty shape {value}: its window does not fit its input");
            }

            if (value.Length > MaxValues)
            {
                throw new ArgumentException($"layer '{Name}' would give {value}, more than {MaxValues} values for one image");
            }

            _outputShape = value;
        }
    }

    /// <summary>The operator in the field's words, e.g. <c>Convolution</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Its settings in a few words, e.g. <c>8×8, stride 2</c>; empty where it has none.</summary>
    public virtual string Settings => "";

    /// <summary>Whether it computes the same at every location of an image, so that it reads images of any height and width.</summary>
    public virtual bool IsFullyConvolutional => false;

    /// <summary>The number of trainable weights, without biases.</summary>
    public virtual long WeightCount => 0;

    /// <summary>The number of trainable biases.</summary>
    public virtual int BiasCount => 0;

    /// <summary>Trainable parameters: weights and biases.</summary>
    public long ParameterCount => WeightCount + BiasCount;

    /// <summary>Multiply-adds for one image.</summary>
    public virtual long MultiplyAdds => 0;

    /// <summary>Whether two layers are of one type, read the same layers and have the same settings.</summary>
    /// <param name="other">The other layer.</param>
    public virtual bool Equals(Layer? other) =>
        other is not null && EqualityContract == other.EqualityContract && Name == other.Name && OutputShape == other.OutputShape &&
        Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EqualityContract, Name, OutputShape);

    /// <summary>Shape inference: the same layer for inputs of other shapes.</summary>
    /// <param name="shapes">The shape of each of <see cref="Inputs"/>.</param>
    /// <exception cref="ArgumentException">The layer cannot read these shapes.</exception>
    internal abstract Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes);
}
