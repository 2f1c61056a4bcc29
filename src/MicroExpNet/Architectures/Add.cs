namespace MicroExpNet.Architectures;

/// <summary>The sum of two layers of the same shape: a residual connection.</summary>
internal sealed class Add : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="first">Position of one layer it reads.</param>
    /// <param name="second">Position of the other.</param>
    /// <param name="firstShape">The shape of the one.</param>
    /// <param name="secondShape">The shape of the other, equal to it.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Add(string name, int first, int second, TensorShape firstShape, TensorShape secondShape)
        : base(name, [first, second], firstShape)
    {
        if (firstShape != secondShape)
        {
            throw new ArgumentException(
                $"layer '{name}' adds {firstShape} to {secondShape}: the shapes must be equal", nameof(secondShape));
        }
    }

    /// <inheritdoc/>
    public override string Kind => "Add";

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => true;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new Add(Name, Inputs[0], Inputs[1], shapes[0], shapes[1]);
}
