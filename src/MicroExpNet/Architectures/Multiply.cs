namespace MicroExpNet.Architectures;

/// <summary>
/// The product of two layers: of the same shape, or an image and a factor for each channel, as in squeeze-and-excitation (Hu, Shen, Sun,
/// 2018).
/// </summary>
internal sealed class Multiply : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="first">Position of one layer it reads.</param>
    /// <param name="second">Position of the other.</param>
    /// <param name="firstShape">The shape of the one, <c>[height, width, channels]</c>.</param>
    /// <param name="secondShape">The shape of the other: the same, or <c>[1, 1, channels]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Multiply(string name, int first, int second, TensorShape firstShape, TensorShape secondShape)
        : base(name, [first, second], firstShape)
    {
        if (secondShape != firstShape && secondShape != TensorShape.Vector(firstShape.Channels))
        {
            throw new ArgumentException(
                $"layer '{name}' multiplies {firstShape} by {secondShape}; expected the same shape, or one factor for each channel",
                nameof(secondShape));
        }

        SecondShape = secondShape;
    }

    /// <summary>The shape of the second layer it reads.</summary>
    public TensorShape SecondShape { get; }

    /// <inheritdoc/>
    public override string Kind => "Multiply";

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => SecondShape == OutputShape;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new Multiply(Name, Inputs[0], Inputs[1], shapes[0], shapes[1]);

    private protected override bool HasSettingsOf(Layer other) =>
        other is Multiply own && own.SecondShape == SecondShape;
}
