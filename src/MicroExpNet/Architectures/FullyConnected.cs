namespace MicroExpNet.Architectures;

/// <summary>A fully connected layer with bias. Its weights are <c>[inputs, outputs]</c>, the layout of TensorFlow.</summary>
internal sealed class FullyConnected : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape: a vector.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <exception cref="ArgumentException">The input is not a vector.</exception>
    public FullyConnected(string name, int input, TensorShape inputShape, int outputs)
        : base(name, [input], TensorShape.Vector(outputs))
    {
        if (inputShape.Height != 1 || inputShape.Width != 1)
        {
            throw new ArgumentException($"layer '{name}' is fully connected and reads {inputShape}: flatten it first", nameof(inputShape));
        }

        if ((long)inputShape.Channels * outputs > int.MaxValue)
        {
            throw new ArgumentException(
                $"layer '{name}': {inputShape.Channels} inputs and {outputs} outputs have too many weights", nameof(outputs));
        }

        InputCount = inputShape.Channels;
    }

    /// <summary>Number of inputs.</summary>
    public int InputCount { get; }

    /// <inheritdoc/>
    public override string Kind => "Fully connected";

    /// <inheritdoc/>
    public override long WeightCount => (long)InputCount * OutputShape.Channels;

    /// <inheritdoc/>
    public override int BiasCount => OutputShape.Channels;

    /// <inheritdoc/>
    public override long MultiplyAdds => WeightCount;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new FullyConnected(Name, Inputs[0], shapes[0], OutputShape.Channels);

    private protected override bool HasSettingsOf(Layer other) =>
        other is FullyConnected own && own.InputCount == InputCount;
}
