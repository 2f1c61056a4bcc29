namespace MicroExpNet.Checkpoints;

/// <summary>An architecture that has a checkpoint's shapes.</summary>
internal readonly record struct CheckpointFit(string Candidate, int Squeeze, int Height, int Width);
