using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// A network as a list of layers with their shapes: the one description that the inference engine, the trainer, the importer and the model
/// file read. The last layer gives the logits, one for each label; a fully convolutional network gives them at each location of a grid.
/// </summary>
public sealed class Architecture
{
    /// <summary>Describes a network.</summary>
    /// <param name="name">The architecture's name, e.g. <c>microexpnet</c>.</param>
    /// <param name="input">The shape of one input image, <c>[height, width, channels]</c>.</param>
    /// <param name="layers">The layers; each reads only layers before it.</param>
    /// <param name="labels">
    /// The classes' names, no two alike: as many as the last layer has outputs, or channels if the network is fully convolutional.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The list is empty or out of order, names repeat, a layer is described for another shape than that of the layer it reads, or the
    /// labels do not fit.
    /// </exception>
    internal Architecture(string name, TensorShape input, IEnumerable<Layer> layers, IEnumerable<string> labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(labels);
        Name = name;
        Input = input;
        Layers = [.. layers];
        Labels = [.. labels];
        Check();
    }

    /// <summary>The architecture's name, e.g. <c>microexpnet</c> or <c>p12-s4</c>.</summary>
    public string Name { get; }

    /// <summary>The shape of one input image, <c>[height, width, channels]</c>.</summary>
    public TensorShape Input { get; }

    /// <summary>The layers in the order they run.</summary>
    internal ImmutableArray<Layer> Layers { get; }

    /// <summary>The classes' names, in the order of the logits.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>The shape of the last layer's output: a vector of logits, or an image of them.</summary>
    public TensorShape Output => Layers[^1].OutputShape;

    /// <summary>Whether the network computes the same at every location, so that it reads images of any size.</summary>
    public bool IsFullyConvolutional => Layers.All(layer => layer.IsFullyConvolutional);

    /// <summary>Trainable parameters: weights and biases of all layers.</summary>
    public long ParameterCount => Sum(layer => layer.ParameterCount);

    /// <summary>Multiply-adds for one image.</summary>
    public long MultiplyAdds => Sum(layer => layer.MultiplyAdds);

    /// <summary>The shape of a layer's output, or of the network's input for <see cref="Layer.NetworkInput"/>.</summary>
    /// <param name="position">A position in <see cref="Layers"/>, or <see cref="Layer.NetworkInput"/>.</param>
    internal TensorShape ShapeOf(int position) => position == Layer.NetworkInput ? Input : Layers[position].OutputShape;

    /// <summary>The same fully convolutional network for images of another size.</summary>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <exception cref="ArgumentException">A layer reads images of one size only, or the images are too small for one.</exception>
    public Architecture WithInputSize(int height, int width)
    {
        TensorShape input = new(height, width, Input.Channels);
        Layer[] layers = new Layer[Layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            Layer layer = Layers[i];
            if (!layer.IsFullyConvolutional)
            {
                throw new ArgumentException($"architecture '{Name}': layer '{layer.Name}' ({layer.Kind}) reads images of one size only");
            }

            layers[i] = layer.WithInputShapes(
                [.. layer.Inputs.Select(position => position == Layer.NetworkInput ? input : layers[position].OutputShape)]);
        }

        return new Architecture(Name, input, layers, Labels);
    }

    private void Check()
    {
        if (Input.Height <= 0 || Input.Width <= 0 || Input.Channels <= 0)
        {
            throw new ArgumentException($"architecture '{Name}': the input {Input} is empty");
        }

        if (Input.Length > Layer.MaxValues)
        {
            throw new ArgumentException($"architecture '{Name}': the input {Input} has more than {Layer.MaxValues} values");
        }

        if (Layers.IsEmpty) throw new ArgumentException($"architecture '{Name}' has no layers");
        HashSet<string> names = [];
        for (int i = 0; i < Layers.Length; i++)
        {
            Layer layer = Layers[i] ?? throw new ArgumentException($"architecture '{Name}': a layer is null");
            if (!names.Add(layer.Name)) throw new ArgumentException($"architecture '{Name}': two layers are called '{layer.Name}'");
            foreach (int input in layer.Inputs)
            {
                if (input < Layer.NetworkInput || input >= i)
                {
                    throw new ArgumentException($"architecture '{Name}': layer '{layer.Name}' reads a layer that is not before it");
                }
            }

            // A layer that is true to its inputs is the one that shape inference gives.
            TensorShape[] shapes = [.. layer.Inputs.Select(ShapeOf)];
            if (!layer.WithInputShapes(shapes).Equals(layer))
            {
                throw new ArgumentException(
                    $"architecture '{Name}': layer '{layer.Name}' ({layer.Kind}) is described for another input than the "
                    + $"{string.Join(" and ", shapes)} it reads");
            }
        }

        if (Labels.Length != Output.Length && !(IsFullyConvolutional && Labels.Length == Output.Channels))
        {
            int outputs = IsFullyConvolutional ? Output.Channels : Output.Length;
            throw new ArgumentException(
                $"architecture '{Name}' has {outputs} outputs for {Labels.Length} labels; expected one label for each");
        }

        if (Labels.Any(string.IsNullOrWhiteSpace)) throw new ArgumentException($"architecture '{Name}': a label is empty");
        if (Labels.Distinct(StringComparer.Ordinal).Count() != Labels.Length)
        {
            throw new ArgumentException($"architecture '{Name}': two labels are alike");
        }
    }

    // Stops at the largest number, where hostile layers would add up to more.
    private long Sum(Func<Layer, long> count)
    {
        Int128 sum = 0;
        foreach (Layer layer in Layers) sum += count(layer);
        return (long)Int128.Min(sum, long.MaxValue);
    }
}
