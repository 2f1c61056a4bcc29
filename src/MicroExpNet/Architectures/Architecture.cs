using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// A network as a list of layers with their shapes: the one description that the inference engine, the importer, the model file and
/// everything else read. The last layer gives the logits, one for each label; a fully convolutional network gives them at each place of a grid.
/// </summary>
public sealed class Architecture
{
    /// <summary>Checks and keeps a description.</summary>
    /// <param name="name">The architecture's name, e.g. <c>microexpnet</c>.</param>
    /// <param name="input">The shape of one input image, <c>[height, width, channels]</c>.</param>
    /// <param name="layers">The layers; each reads only layers before it.</param>
    /// <param name="labels">The classes' names, as many as the last layer has outputs (of a fully convolutional network, outputs or channels), no two alike.</param>
    /// <exception cref="ArgumentException">The list is empty, out of order, its names are not unique, or the labels do not fit.</exception>
    public Architecture(string name, TensorShape input, IEnumerable<Layer> layers, IEnumerable<string> labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
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
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>The classes' names, in the order of the logits.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>The shape of the last layer's output: a vector of logits, or an image of them.</summary>
    public TensorShape Output => Layers[^1].OutputShape;

    /// <summary>Whether every layer works alike at every place, so that the network reads images of any size.</summary>
    public bool IsFullyConvolutional => Layers.All(layer => layer.IsFullyConvolutional);

    /// <summary>Trainable parameters: weights and biases of all layers.</summary>
    public long ParameterCount => Layers.Sum(layer => layer.ParameterCount);

    /// <summary>Multiply-adds for one image.</summary>
    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>The shape of a layer's output, or of the network's input for <see cref="Layer.NetworkInput"/>.</summary>
    /// <param name="position">A position in <see cref="Layers"/>, or <see cref="Layer.NetworkInput"/>.</param>
    public TensorShape ShapeOf(int position) => position == Layer.NetworkInput ? Input : Layers[position].OutputShape;

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

            layers[i] = layer.WithInputShapes([.. layer.Inputs.Select(position => position == Layer.NetworkInput ? input : layers[position].OutputShape)]);
        }

        return new Architecture(Name, input, layers, Labels);
    }

    private void Check()
    {
        if (Input.Height <= 0 || Input.Width <= 0 || Input.Channels <= 0) throw new ArgumentException($"architecture '{Name}': the input {Input} is empty");
        if (Layers.IsEmpty) throw new ArgumentException($"architecture '{Name}' has no layers");
        HashSet<string> names = [];
        for (int i = 0; i < Layers.Length; i++)
        {
            Layer layer = Layers[i];
            if (!names.Add(layer.Name)) throw new ArgumentException($"architecture '{Name}': two layers are called '{layer.Name}'");
            foreach (int input in layer.Inputs)
            {
                if (input < Layer.NetworkInput || input >= i) throw new ArgumentException($"architecture '{Name}': layer '{layer.Name}' reads a layer that is not before it");
            }
        }

        if (Labels.Length != Output.Length && !(IsFullyConvolutional && Labels.Length == Output.Channels))
        {
            throw new ArgumentException($"architecture '{Name}' has {(IsFullyConvolutional ? Output.Channels : Output.Length)} outputs for {Labels.Length} labels; there must be one label for each");
        }

        if (Labels.Any(string.IsNullOrWhiteSpace)) throw new ArgumentException($"architecture '{Name}': a label is empty");
        if (Labels.Distinct(StringComparer.Ordinal).Count() != Labels.Length) throw new ArgumentException($"architecture '{Name}': two labels are alike");
    }
}
