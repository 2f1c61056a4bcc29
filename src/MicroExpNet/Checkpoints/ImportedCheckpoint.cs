using MicroExpNet.Models;

namespace MicroExpNet.Checkpoints;

/// <summary>A model read from a checkpoint, and what was taken for it.</summary>
/// <param name="Model">The model, with the original's card: pixels 0 to 255 unscaled, the original's face crop, MIT licence.</param>
/// <param name="IndexPath">The index file that was read.</param>
/// <param name="Taken">The variables that were taken, with their shapes, in the order of the layers.</param>
/// <param name="PassedOver">The names of the variables that were not needed: optimiser slots and the like.</param>
/// <param name="Notes">Choices that the shapes did not force, a line each, e.g. that p2 has the same shapes as p12.</param>
public sealed record ImportedCheckpoint(
    Model Model, string IndexPath, IReadOnlyList<CheckpointVariable> Taken, IReadOnlyList<string> PassedOver, IReadOnlyList<string> Notes);
