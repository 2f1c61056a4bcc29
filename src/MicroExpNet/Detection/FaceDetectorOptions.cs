namespace MicroExpNet;

/// <summary>What a <see cref="FaceDetector"/> looks for.</summary>
public sealed record FaceDetectorOptions
{
    /// <summary>The smallest face looked for, in pixels a side, <see cref="FaceDetector.SmallestFace"/> or more; the larger, the faster.</summary>
    public int MinFace { get; init; } = 24;

    /// <summary>The least score of a face, 0 to 1: lower finds more faces and more that are none.</summary>
    public float MinScore { get; init; } = 0.65f;
}
