namespace MicroExpNet.Architectures;

/// <summary>Probabilities from logits: <c>exp(x) / Σ exp(x)</c> over the channels.</summary>
internal sealed class Softmax : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    public Softmax(string name, int input, TensorShape inputShape)
        : base(name, [input], inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Softmax";

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        WithOutputShape(shapes[0]);
}
