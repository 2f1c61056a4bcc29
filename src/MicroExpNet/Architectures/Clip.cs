namespace MicroExpNet.Architectures;

/// <summary>Clamps values between two bounds; with 0 and 6 it is ReLU6.</summary>
internal sealed class Clip : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    /// <param name="minimum">The lower bound.</param>
    /// <param name="maximum">The upper bound, not below the lower.</param>
    /// <exception cref="ArgumentException">The bounds are the wrong way round, or one is not a number.</exception>
    public Clip(string name, int input, TensorShape inputShape, float minimum, float maximum)
        : base(name, [input], inputShape)
    {
        if (!(minimum <= maximum))
        {
            throw new ArgumentException($"layer '{name}': its lower bound {minimum} is above its upper bound {maximum}", nameof(minimum));
        }

        Minimum = minimum;
        Maximum = maximum;
    }

    /// <summary>The lower bound.</summary>
    public float Minimum { get; }

    /// <summary>The upper bound.</summary>
    public float Maximum { get; }

    /// <inheritdoc/>
    public override string Kind => Minimum == 0 && Maximum == 6 ? "ReLU6" : "Clip";

    /// <inheritdoc/>
    public override string Settings => $"{Minimum} to {Maximum}";

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => true;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        WithOutputShape(shapes[0]);

    private protected override bool HasSettingsOf(Layer other) =>
        other is Clip own && own.Minimum == Minimum && own.Maximum == Maximum;
}
