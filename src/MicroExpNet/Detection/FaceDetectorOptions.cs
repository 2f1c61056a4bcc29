namespace MicroExpNet;

/// <summary>Which faces a <see cref="FaceDetector"/> finds.</summary>
public sealed record FaceDetectorOptions
{
    /// <summary>
    /// The smallest face to find, in pixels a side, <see cref="FaceDetector.SmallestFace"/> or more; the larger, the faster. Somewhat
    /// smaller faces may be found too. Images of more than 4 million pixels are first resized to that: in one of 24 million, faces are
    /// found from 34 pixels on.
    /// </summary>
    public int MinFace { get; init; } = 24;

    /// <summary>
    /// The lowest score of a face, above 0 and below 1. A lower value finds more faces and more things that are none.
    /// </summary>
    public float MinScore { get; init; } = 0.65f;
}
