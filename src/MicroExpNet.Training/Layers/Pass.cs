namespace MicroExpNet.Training.Layers;

/// <summary>One forward and backward pass over a shard.</summary>
/// <param name="Images">Images in the shard.</param>
/// <param name="Seed">Seed of the shard's random choices, such as dropout's.</param>
internal readonly record struct Pass(int Images, ulong Seed);
