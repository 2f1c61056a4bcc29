namespace MicroExpNet.Checkpoints;

/// <summary>An architecture that has a checkpoint's shapes.</summary>
internal readonly struct CheckpointFit(string candidate, int squeeze, int height, int width)
{
    public readonly string Candidate = candidate;

    public readonly int Squeeze = squeeze;

    public readonly int Height = height;

    public readonly int Width = width;
}
