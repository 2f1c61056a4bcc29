namespace MicroExpNet.Architectures;

/// <summary>The hard sigmoid (Courbariaux, Bengio, David, 2015): <c>min(max(alpha · x + beta, 0), 1)</c>.</summary>
internal sealed class HardSigmoid : PointwiseLayer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's output shape.</param>
    /// <param name="alpha">The factor of x.</param>
    /// <param name="beta">The value at 0.</param>
    /// <exception cref="ArgumentException">A parameter is not a finite number.</exception>
    public HardSigmoid(string name, int input, TensorShape inputShape, float alpha = 0.2f, float beta = 0.5f)
        : base(name, input, inputShape)
    {
        if (!float.IsFinite(alpha))
        {
            throw new ArgumentException($"layer '{name}': its alpha is {alpha}; expected a finite number", nameof(alpha));
        }

        if (!float.IsFinite(beta))
        {
            throw new ArgumentException($"layer '{name}': its beta is {beta}; expected a finite number", nameof(beta));
        }

        Alpha = alpha;
        Beta = beta;
    }

    /// <summary>The factor of x.</summary>
    public float Alpha { get; }

    /// <summary>The value at 0.</summary>
    public float Beta { get; }

    /// <inheritdoc/>
    public override string Kind => "Hard sigmoid";

    /// <inheritdoc/>
    public override string Settings => $"{Alpha} · x + {Beta}";

    internal override TResult Accept<TResult>(IPointwiseVisitor<TResult> visitor) => visitor.Visit(new HardSigmoidFunction(Alpha, Beta));

    private protected override bool HasSettingsOf(Layer other) =>
        other is HardSigmoid own && own.Alpha == Alpha && own.Beta == Beta;
}
