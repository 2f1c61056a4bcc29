namespace MicroExpNet.Vision;

/// <summary>A face and its expression.</summary>
/// <param name="Face">Where it is, its eyes, and how sure the detector is of it; null where the whole picture was taken as the face.</param>
/// <param name="Scores">The probabilities of its expressions.</param>
public readonly record struct RecognizedFace(DetectedFace? Face, ExpressionScores Scores)
{
    /// <summary>Where the face is; null where the whole picture was taken as the face.</summary>
    public FaceBox? Box => Face?.Box;
}
