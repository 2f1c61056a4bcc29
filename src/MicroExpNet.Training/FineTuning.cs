using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Training;

/// <summary>Going on from a model with classes of one's own.</summary>
public static class FineTuning
{
    /// <summary>The model's network with other classes: where their number differs, its last layer is made anew.</summary>
    /// <param name="model">The model.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="ArgumentException">The number of classes differs and the network does not end in a fully connected layer.</exception>
    public static Architecture Architecture(Model model, IReadOnlyCollection<string> labels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        Architecture own = model.Architecture;
        if (labels.Count == own.Labels.Length) return new Architecture(own.Name, own.Input, own.Layers, labels);
        if (own.Layers[^1] is not FullyConnected last)
        {
            throw new ArgumentException($"the model '{own.Name}' tells {own.Labels.Length} classes and the faces have {labels.Count}; only a last fully connected layer can be made anew");
        }

        FullyConnected anew = new(last.Name, last.Inputs[0], own.ShapeOf(last.Inputs[0]), labels.Count);
        return new Architecture(own.Name, own.Input, [.. own.Layers[..^1], anew], labels);
    }
}
