namespace MicroExpNet.Vision;

/// <summary>A face and its class, by a model whose classes may be any.</summary>
/// <param name="Face">Where it is, its eyes, and how sure the detector is of it; null where the whole picture was taken as the
/// face.</param>
/// <param name="Scores">The probabilities of the model's classes.</param>
public readonly record struct ClassifiedFace(DetectedFace? Face, ClassScores Scores)
{
    /// <summary>Where the face is; null where the whole picture was taken as the face.</summary>
    public FaceBox? Box => Face?.Box;
}
