namespace MicroExpNet.Architectures;

/// <summary>
/// The exponential linear unit (Clevert, Unterthiner, Hochreiter, 2016): <c>x</c> where it is 0 or more, <c>alpha · (exp(x) − 1)</c> below.
/// </summary>
internal sealed class Elu : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    /// <param name="alpha">The factor below 0.</param>
    /// <exception cref="ArgumentException">A parameter is not a finite number.</exception>
    public Elu(string name, int input, TensorShape inputShape, float alpha = 1)
        : base(name, input, inputShape)
    {
        if (!float.IsFinite(alpha))
        {
            throw new ArgumentException($"layer '{name}': its alpha is {alpha}; expected a finite number", nameof(alpha));
        }

        Alpha = alpha;
    }

    /// <summary>The factor below 0.</summary>
    public float Alpha { get; }

    /// <inheritdoc/>
    public override string Kind => "ELU";

    /// <inheritdoc/>
    public override string Settings => $"alpha {Alpha}";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(new EluFunction(Alpha));

    private protected override bool HasSettingsOf(Layer other) =>
        other is Elu own && own.Alpha == Alpha;
}
