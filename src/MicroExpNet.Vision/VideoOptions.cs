namespace MicroExpNet.Vision;

/// <summary>How a <see cref="VideoRecognizer"/> works.</summary>
public sealed record VideoOptions
{
    /// <summary>The greatest <see cref="DetectionInterval"/>.</summary>
    public const int MaxDetectionInterval = 5;

    /// <summary>
    /// Frames from one search of the whole frame to the next, 1 to 5; in between, each face is looked for around its last place alone. The
    /// larger, the faster, and the later a new face is seen: so many frames at most.
    /// </summary>
    public int DetectionInterval { get; init; } = MaxDetectionInterval;

    /// <summary>
    /// The share that earlier frames have in a face's probabilities, 0 or more and below 1: with s, each frame's probabilities count
    /// 1 − s and what was reported before counts s. At 0, the default, each frame speaks for itself.
    /// </summary>
    public double Smoothing { get; init; }
}
