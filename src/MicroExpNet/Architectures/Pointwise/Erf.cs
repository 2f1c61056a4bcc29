namespace MicroExpNet.Architectures;

/// <summary>The error function, of which GELU is made (Hendrycks, Gimpel, 2016): <c>2/√π ∫₀ˣ exp(−t²) dt</c>.</summary>
internal sealed class Erf : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    public Erf(string name, int input, TensorShape inputShape)
        : base(name, input, inputShape)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Error function";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(default(ErfFunction));
}
