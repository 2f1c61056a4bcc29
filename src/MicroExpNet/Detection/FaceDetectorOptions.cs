namespace MicroExpNet;

/// <summary>What a <see cref="FaceDetector"/> looks for.</summary>
public sealed record FaceDetectorOptions
{
    /// <summary>
    /// The smallest face looked for, in pixels a side, <see cref="FaceDetector.SmallestFace"/> or more; the larger, the faster. Somewhat
    /// smaller ones may be found too. Pictures of more than 4 million pixels are brought down to that first: in one of 24 million,
    /// faces are found from 34 pixels on.
    /// </summary>
    public int MinFace { get; init; } = 24;

    /// <summary>The least score of a face, 0 to 1: lower finds more faces and more that are none. No face has less than 0.23.</summary>
    public float MinScore { get; init; } = 0.65f;
}
