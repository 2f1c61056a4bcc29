namespace MicroExpNet.Architectures;

/// <summary>The rectified linear unit: <c>max(x, 0)</c>.</summary>
internal sealed class Relu : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    public Relu(string name, int input, TensorShape inputShape)
        : base(name, [input], inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "ReLU";

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => true;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        WithOutputShape(shapes[0]);
}
