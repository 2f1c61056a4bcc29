namespace MicroExpNet.Vision;

/// <summary>A face of a video's frame.</summary>
/// <param name="Track">The number of the face's track: the same from frame to frame, 1 or more, and never given twice.</param>
/// <param name="Face">Where the face is in this frame, and how sure the detector is of it.</param>
/// <param name="Scores">The probabilities of its expressions in this frame; smoothed where that was asked for.</param>
public readonly record struct TrackedFace(int Track, DetectedFace Face, ExpressionScores Scores)
{
    /// <summary>Where the face is in this frame.</summary>
    public FaceBox Box => Face.Box;
}
