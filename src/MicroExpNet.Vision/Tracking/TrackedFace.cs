namespace MicroExpNet.Vision;

/// <summary>A face in a frame of a video.</summary>
/// <param name="Track">The number of the face's track, 1 or more: the same in every frame, and never used for another face.</param>
/// <param name="Face">The face's box and eyes in this frame, and the detector's score.</param>
/// <param name="Scores">The probabilities of the expressions in this frame; smoothed if <see cref="VideoOptions.SmoothingTime"/> is
/// set.</param>
public readonly record struct TrackedFace(int Track, DetectedFace Face, ExpressionScores Scores)
{
    /// <summary>The face's box in this frame.</summary>
    public FaceBox Box => Face.Box;
}
