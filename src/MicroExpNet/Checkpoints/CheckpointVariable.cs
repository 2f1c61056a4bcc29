using System.Collections.Immutable;

namespace MicroExpNet.Checkpoints;

/// <summary>A variable of a checkpoint.</summary>
/// <param name="Name">Its name, e.g. <c>wc1</c>.</param>
/// <param name="Shape">Its dimensions.</param>
public sealed record CheckpointVariable(string Name, ImmutableArray<long> Shape);
