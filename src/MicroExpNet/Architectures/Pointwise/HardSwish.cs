namespace MicroExpNet.Architectures;

/// <summary>Hard-swish (Howard et al., 2019): <c>x · min(max(x / 6 + ½, 0), 1)</c>.</summary>
internal sealed class HardSwish : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    public HardSwish(string name, int input, TensorShape inputShape)
        : base(name, input, inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Hard-swish";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(default(HardSwishFunction));
}
