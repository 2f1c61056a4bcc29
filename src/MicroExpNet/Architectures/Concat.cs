using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>The channels of several images of the same height and width, one image's after another's.</summary>
internal sealed class Concat : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="inputs">Positions of the layers it reads, 1 or more; a layer may come more than once.</param>
    /// <param name="shapes">Their shapes, of equal height and width.</param>
    /// <exception cref="ArgumentException">There is no input, or heights and widths differ.</exception>
    public Concat(string name, ImmutableArray<int> inputs, ReadOnlySpan<TensorShape> shapes)
        : base(name, inputs, Shape(name, inputs, shapes))
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Concat";

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => true;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) => new Concat(Name, Inputs, shapes);

    private static TensorShape Shape(string name, ImmutableArray<int> inputs, ReadOnlySpan<TensorShape> shapes)
    {
        if (inputs.IsDefaultOrEmpty || inputs.Length != shapes.Length)
        {
            throw new ArgumentException($"layer '{name}' needs one layer to read or more, and a shape for each", nameof(inputs));
        }

        long channels = 0;
        foreach (TensorShape shape in shapes)
        {
            if (shape.Height != shapes[0].Height || shape.Width != shapes[0].Width)
            {
                throw new ArgumentException(
                    $"layer '{name}' concatenates {shapes[0]} and {shape}: heights and widths must be equal", nameof(shapes));
            }

            channels += Math.Max(shape.Channels, 0);
        }

        return shapes[0] with { Channels = (int)Math.Min(channels, int.MaxValue) };
    }
}
