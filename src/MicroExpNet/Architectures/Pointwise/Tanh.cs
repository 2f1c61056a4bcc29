namespace MicroExpNet.Architectures;

/// <summary>The hyperbolic tangent.</summary>
internal sealed class Tanh : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    public Tanh(string name, int input, TensorShape inputShape)
        : base(name, input, inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Tanh";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(default(TanhFunction));
}
