using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// One layer of an <see cref="Architecture"/>: what it reads, what it does, and the shape of its output. It holds no weights; those belong
/// to a <see cref="Models.Model"/>. Layers are equal if they are of one type and all their settings are equal.
/// </summary>
internal abstract class Layer
{
    /// <summary>Position that stands for the network's own input in <see cref="Inputs"/>.</summary>
    public const int NetworkInput = -1;

    /// <summary>
    /// The largest number of values of a layer for one image: 256 MiB of float32, far above what a tiny network needs, far below what a
    /// hostile file could ask for.
    /// </summary>
    internal const long MaxValues = 1 << 26;

    private TensorShape _outputShape;

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
    public ImmutableArray<int> Inputs { get; private set; }

    /// <summary>The shape of its output, <c>[height, width, channels]</c>.</summary>
    public TensorShape OutputShape
    {
        get => _outputShape;
        private set
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

    /// <summary>Shape inference: the same layer for inputs of other shapes.</summary>
    /// <param name="shapes">The shape of each of <see cref="Inputs"/>.</param>
    /// <exception cref="ArgumentException">The layer cannot read these shapes.</exception>
    internal abstract Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) =>
        obj is Layer other && GetType() == other.GetType() && Name == other.Name && OutputShape == other.OutputShape
        && Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan()) && HasSettingsOf(other);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => HashCode.Combine(Kind, Name, OutputShape);

    /// <summary>Whether another layer of the same type has the same settings, beside name, inputs and output.</summary>
    private protected virtual bool HasSettingsOf(Layer other) => true;

    /// <summary>The same layer with other inputs.</summary>
    /// <param name="inputs">Their positions.</param>
    internal Layer WithInputs(ImmutableArray<int> inputs)
    {
        Layer copy = (Layer)MemberwiseClone();
        copy.Inputs = inputs;
        return copy;
    }

    /// <summary>The same layer with an output of another shape.</summary>
    /// <param name="shape">The shape.</param>
    private protected Layer WithOutputShape(TensorShape shape)
    {
        Layer copy = (Layer)MemberwiseClone();
        copy.OutputShape = shape;
        return copy;
    }
}
