namespace MicroExpNet.Architectures;

/// <summary>The mean of each channel over the whole image.</summary>
internal sealed class GlobalAveragePool : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    public GlobalAveragePool(string name, int input, TensorShape inputShape)
        : base(name, [input], TensorShape.Vector(inputShape.Channels))
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Global average pool";

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new GlobalAveragePool(Name, Inputs[0], shapes[0]);
}
