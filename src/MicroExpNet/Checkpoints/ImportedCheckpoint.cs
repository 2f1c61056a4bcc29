using MicroExpNet.Models;

namespace MicroExpNet.Checkpoints;

/// <summary>A model imported from a TensorFlow checkpoint, and what of the checkpoint it is made of.</summary>
/// <param name="model">See <see cref="Model"/>.</param>
/// <param name="indexPath">See <see cref="IndexPath"/>.</param>
/// <param name="taken">See <see cref="Taken"/>.</param>
/// <param name="passedOver">See <see cref="PassedOver"/>.</param>
/// <param name="notes">See <see cref="Notes"/>.</param>
public sealed class ImportedCheckpoint(
    Model model, string indexPath, IReadOnlyList<CheckpointVariable> taken, IReadOnlyList<string> passedOver, IReadOnlyList<string> notes)
{
    /// <summary>The model, with the original's card: pixels 0 to 255 unscaled, the original's face crop, MIT licence.</summary>
    public Model Model { get; } = model;

    /// <summary>The index file that was read.</summary>
    public string IndexPath { get; } = indexPath;

    /// <summary>The variables the model is made of, with their shapes, in the order of the layers.</summary>
    public IReadOnlyList<CheckpointVariable> Taken { get; } = taken;

    /// <summary>The names of the checkpoint's other variables: optimiser slots and the like.</summary>
    public IReadOnlyList<string> PassedOver { get; } = passedOver;

    /// <summary>Choices that the shapes left open, a line each, e.g. that p2 has the same shapes as p12.</summary>
    public IReadOnlyList<string> Notes { get; } = notes;
}
