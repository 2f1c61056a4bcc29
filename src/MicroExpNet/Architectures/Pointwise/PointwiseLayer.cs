namespace MicroExpNet.Architectures;

/// <summary>
/// A layer that computes each value of its output from the same value of its input, e.g. an activation function. The function itself is an
/// <see cref="IPointwiseFunction"/>, from which the engine and the trainer compile their loops.
/// </summary>
internal abstract class PointwiseLayer : Layer
{
    private protected PointwiseLayer(string name, int input, TensorShape inputShape)
        : base(name, [input], inputShape)
    {
    }

    /// <inheritdoc/>
    public sealed override bool IsFullyConvolutional => true;

    internal sealed override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) => WithOutputShape(shapes[0]);

    /// <summary>Hands the layer's function to a visitor.</summary>
    /// <param name="visitor">The visitor.</param>
    /// <returns>What the visitor made of it.</returns>
    internal abstract TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor);
}
