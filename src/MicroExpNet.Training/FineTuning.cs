using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training;

/// <summary>Prepares a model for training on other classes.</summary>
public static class FineTuning
{
    /// <summary>Whether classes are those of a model, in the same order. Synonyms of an expression count as the same.</summary>
    /// <param name="model">The model.</param>
    /// <param name="labels">The classes.</param>
    public static bool HasClasses(Model model, IReadOnlyCollection<string> labels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        ImmutableArray<string> own = model.Architecture.Labels;
        return labels.Count == own.Length && labels.Select((label, i) => ClassNames.Find(own, label) == i).All(isSame => isSame);
    }

    /// <summary>The model's network for other classes: where they differ, its last layer is replaced by a new one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="ArgumentException">There is no class, or the classes differ and the network does not end in a fully connected
    /// layer.</exception>
    public static Architecture Architecture(Model model, IReadOnlyCollection<string> labels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0) throw new ArgumentException("a network needs at least one label", nameof(labels));
        Architecture own = model.Architecture;
        if (HasClasses(model, labels)) return new Architecture(own.Name, own.Input, own.Layers, labels);
        if (own.Layers[^1] is not FullyConnected last)
        {
            throw new ArgumentException(
                $"the model '{own.Name}' has the classes {string.Join(", ", own.Labels)} and the faces {string.Join(", ", labels)}; "
                + "only a last fully connected layer can be replaced");
        }

        FullyConnected replacement = new(last.Name, last.Inputs[0], own.ShapeOf(last.Inputs[0]), labels.Count);
        return new Architecture(own.Name, own.Input, [.. own.Layers[..^1], replacement], labels);
    }
}
