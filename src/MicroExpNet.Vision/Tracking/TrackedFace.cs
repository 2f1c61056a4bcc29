namespace MicroExpNet.Vision;

/// <summary>A face in a frame of a video.</summary>
/// <param name="Track">The number of the face's track, 1 or more: the same in every frame, and never used for another face.</param>
/// <param name="Face">The face's box and eyes in this frame, and the detector's score.</param>
/// <param name="Scores">The probabilities of the expressions in this frame; smoothed if <see cref="VideoOptions.SmoothingTime"/> is
/// set.</param>
public readonly record struct TrackedFace(int Track, DetectedFace Face, ExpressionScores Scores)
{
    /// <summary>
    /// The expression that the face shows: the most probable one. If <see cref="VideoOptions.SmoothingTime"/> is set, another expression
    /// must lead by 0.12, or for a quarter of a second, before it is shown.
    /// </summary>
    public Expression Expression { get; init; } = Scores.Top;

    /// <summary>The face's box in this frame.</summary>
    public FaceBox Box => Face.Box;
}
