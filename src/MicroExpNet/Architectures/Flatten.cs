namespace MicroExpNet.Architectures;

/// <summary>Flattens an image into a vector, row by row, channels innermost (TensorFlow's order).</summary>
internal sealed class Flatten : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    public Flatten(string name, int input, TensorShape inputShape)
        : base(name, [input], TensorShape.Vector(inputShape.Length))
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Flatten";

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new Flatten(Name, Inputs[0], shapes[0]);
}
