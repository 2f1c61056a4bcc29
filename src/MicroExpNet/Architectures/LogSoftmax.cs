namespace MicroExpNet.Architectures;

/// <summary>The logarithms of probabilities: <c>x − ln Σ exp(x)</c> over the channels.</summary>
internal sealed class LogSoftmax : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    public LogSoftmax(string name, int input, TensorShape inputShape)
        : base(name, [input], inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Log-softmax";

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        WithOutputShape(shapes[0]);
}
