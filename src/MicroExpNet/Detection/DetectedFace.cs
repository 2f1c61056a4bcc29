namespace MicroExpNet;

/// <summary>A face that was found.</summary>
/// <param name="Box">A square around it, from above the brows to below the chin, as OpenCV's Haar cascade draws it; cut off at the picture's edges.</param>
/// <param name="Score">How sure the detector is, 0 to 1; 1 where it does not say.</param>
/// <param name="Eyes">Where its eyes are; null where the detector does not say.</param>
public readonly record struct DetectedFace(FaceBox Box, float Score = 1, EyePositions? Eyes = null);
