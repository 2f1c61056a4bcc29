namespace MicroExpNet.Architectures;

/// <summary>The softplus (Glorot, Bordes, Bengio, 2011): <c>ln(1 + exp(x))</c>.</summary>
internal sealed class Softplus : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    public Softplus(string name, int input, TensorShape inputShape)
        : base(name, input, inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Softplus";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(default(SoftplusFunction));
}
