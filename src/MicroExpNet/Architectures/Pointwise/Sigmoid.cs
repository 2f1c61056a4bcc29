namespace MicroExpNet.Architectures;

/// <summary>The logistic function: <c>1 / (1 + exp(−x))</c>.</summary>
internal sealed class Sigmoid : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    public Sigmoid(string name, int input, TensorShape inputShape)
        : base(name, input, inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Sigmoid";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(default(SigmoidFunction));
}
