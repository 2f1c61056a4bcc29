namespace MicroExpNet.Training.Layers;

/// <summary>One forward and backward pass over a shard.</summary>
/// <param name="Images">Images in the shard.</param>
/// <param name="Seed">Seed of the shard's random choices, dropout's.</param>
/// <param name="Training">False where dropout keeps everything, as when statistics are measured.</param>
internal readonly record struct Pass(int Images, ulong Seed, bool Training = true);
