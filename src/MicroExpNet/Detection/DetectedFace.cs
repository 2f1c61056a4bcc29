namespace MicroExpNet;

/// <summary>A face that a detector found.</summary>
/// <param name="Box">The square around it, from above the brows to below the chin, as OpenCV's Haar cascade draws it; clipped to the
/// image.</param>
/// <param name="Score">The detector's certainty, 0 to 1; 1 if the detector gives none.</param>
/// <param name="Eyes">The centres of its eyes; null if the detector gives none.</param>
public readonly record struct DetectedFace(FaceBox Box, float Score = 1, EyePositions? Eyes = null)
{
    // A score of 1 has no logit.
    private const float MaxScore = 0.999999f;

    /// <summary>The score's logit.</summary>
    internal float Logit => Score < MaxScore ? MathF.Log(Score / (1 - Score)) : MathF.Log(MaxScore / (1 - MaxScore));
}
