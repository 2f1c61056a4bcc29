using MicroExpNet.Models;

namespace MicroExpNet.Checkpoints;

/// <summary>A model read from a checkpoint, and what was taken for it.</summary>
public sealed class ImportedCheckpoint(Model model, string indexPath, IReadOnlyList<CheckpointVariable> taken, IReadOnlyList<string> passedOver, IReadOnlyList<string> notes)
{
    /// <summary>The model, with the original's card: pixels 0 to 255 unscaled, the original's face crop, MIT licence.</summary>
    public Model Model { get; } = model;

    /// <summary>The index file that was read.</summary>
    public string IndexPath { get; } = indexPath;

    /// <summary>The variables that were taken, with their shapes, in the order of the layers.</summary>
    public IReadOnlyList<CheckpointVariable> Taken { get; } = taken;

    /// <summary>The names of the variables that were not needed: optimiser slots and the like.</summary>
    public IReadOnlyList<string> PassedOver { get; } = passedOver;

    /// <summary>Choices that the shapes did not force, a line each, e.g. that p2 has the same shapes as p12.</summary>
    public IReadOnlyList<string> Notes { get; } = notes;
}
