namespace MicroExpNet.Architectures;

/// <summary>The leaky ReLU (Maas, Hannun, Ng, 2013): <c>x</c> where it is 0 or more, <c>alpha · x</c> below.</summary>
internal sealed class LeakyRelu : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    /// <param name="alpha">The factor below 0.</param>
    /// <exception cref="ArgumentException">A parameter is not a finite number.</exception>
    public LeakyRelu(string name, int input, TensorShape inputShape, float alpha = 0.01f)
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
    public override string Kind => "Leaky ReLU";

    /// <inheritdoc/>
    public override string Settings => $"alpha {Alpha}";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(new LeakyReluFunction(Alpha));

    private protected override bool HasSettingsOf(Layer other) =>
        other is LeakyRelu own && own.Alpha == Alpha;
}
