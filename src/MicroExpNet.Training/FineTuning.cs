using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training;

/// <summary>Going on from a model with classes of one's own.</summary>
public static class FineTuning
{
    /// <summary>Whether classes are a model's own, in its order; expressions may go by their synonyms.</summary>
    /// <param name="model">The model.</param>
    /// <param name="labels">The classes.</param>
    public static bool HasClasses(Model model, IReadOnlyCollection<string> labels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        ImmutableArray<string> own = model.Architecture.Labels;
        return labels.Count == own.Length && labels.Select((label, i) => ClassNames.Find(own, label) == i).All(isSame => isSame);
    }

    /// <summary>The model's network with other classes: where they differ, its last layer is made anew.</summary>
    /// <param name="model">The model.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="ArgumentException">The classes differ and the network does not end in a fully connected layer.</exception>
    public static Architecture Architecture(Model model, IReadOnlyCollection<string> labels)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(labels);
        Architecture own = model.Architecture;
        if (HasClasses(model, labels)) return new Architecture(own.Name, own.Input, own.Layers, labels);
        if (own.Layers[^1] is not FullyConnected last)
        {
            throw new ArgumentException($"the model '{own.Name}' tells {string.Join(", ", own.Labels)} and the faces are {string.Join(", ", labels)}; only a last fully connected layer can be made anew");
        }

        FullyConnected anew = new(last.Name, last.Inputs[0], own.ShapeOf(last.Inputs[0]), labels.Count);
        return new Architecture(own.Name, own.Input, [.. own.Layers[..^1], anew], labels);
    }
}
