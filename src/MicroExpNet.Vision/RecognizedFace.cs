namespace MicroExpNet.Vision;

/// <summary>A face and its expression.</summary>
/// <param name="Face">The face's box and eyes, and the detector's score; null if the whole image was taken as the face.</param>
/// <param name="Scores">The probabilities of the expressions.</param>
public readonly record struct RecognizedFace(DetectedFace? Face, ExpressionScores Scores)
{
    /// <summary>The face's box; null if the whole image was taken as the face.</summary>
    public FaceBox? Box => Face?.Box;
}
