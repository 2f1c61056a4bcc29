namespace MicroExpNet.Vision;

/// <summary>Options of a <see cref="VideoRecognizer"/>.</summary>
public sealed record VideoOptions
{
    /// <summary>The highest <see cref="DetectionInterval"/>.</summary>
    public const int MaxDetectionInterval = 5;

    /// <summary>
    /// Frames from one search of the whole frame to the next, 1 to 5. Between them only the surroundings of each known face are searched.
    /// A higher value is faster; a new face is found up to this many frames later.
    /// </summary>
    public int DetectionInterval { get; init; } = MaxDetectionInterval;

    /// <summary>
    /// Exponential smoothing of each face's probabilities over time, 0 or more and below 1: a frame counts 1 − s, and the smoothed
    /// probabilities of the frame before count s. 0, the default, smooths nothing.
    /// </summary>
    public double Smoothing { get; init; }
}
