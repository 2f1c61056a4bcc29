using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// One step of an <see cref="Architecture"/>: what it reads, what it does, and the shape it gives. It holds no weights; those are a
/// <see cref="Models.Model"/>'s.
/// </summary>
public abstract record Layer
{
    /// <summary>Position that stands for the network's own input in <see cref="Inputs"/>.</summary>
    public const int NetworkInput = -1;

    // 256 MiB of float32: far above any layer of a tiny network, far below what a hostile file could ask for.
    private const long MaxValues = 1 << 26;

    private protected Layer(string name, ImmutableArray<int> inputs, TensorShape outputShape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (outputShape.Height <= 0 || outputShape.Width <= 0 || outputShape.Channels <= 0)
        {
            throw new ArgumentException($"layer '{name}' would give the empty shape {outputShape}: its window does not fit its input", nameof(name));
        }

        if ((long)outputShape.Height * outputShape.Width * outputShape.Channels > MaxValues)
        {
            throw new ArgumentException($"layer '{name}' would give {outputShape}, too many values for one image", nameof(name));
        }

        Name = name;
        Inputs = inputs;
        OutputShape = outputShape;
    }

    /// <summary>The layer's name, unique in its architecture; its node's name in the model file.</summary>
    public string Name { get; }

    /// <summary>Positions of the layers it reads, or <see cref="NetworkInput"/>.</summary>
    public ImmutableArray<int> Inputs { get; internal init; }

    /// <summary>The shape of what it gives, <c>[height, width, channels]</c>.</summary>
    public TensorShape OutputShape { get; }

    /// <summary>The operator in the field's words, e.g. <c>Convolution</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Its settings in a few words, e.g. <c>8×8, stride 2</c>; empty where it has none.</summary>
    public virtual string Settings => "";

    /// <summary>The number of trainable weights, without biases.</summary>
    public virtual long WeightCount => 0;

    /// <summary>The number of trainable biases.</summary>
    public virtual int BiasCount => 0;

    /// <summary>Trainable parameters: weights and biases.</summary>
    public long ParameterCount => WeightCount + BiasCount;

    /// <summary>Multiply-adds for one image.</summary>
    public virtual long MultiplyAdds => 0;
}
