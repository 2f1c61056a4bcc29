namespace MicroExpNet.Blazor;

/// <summary>A face of a frame.</summary>
/// <param name="Track">The number of the face's track, 1 or more: the same in every frame, and never used for another face.</param>
/// <param name="Box">The square around the face.</param>
/// <param name="Eyes">The centres of the eyes; <see langword="null"/> where they are unknown.</param>
/// <param name="Score">How certain the detector is of the face, 0 to 1.</param>
/// <param name="Expression">The most probable expression.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
/// <param name="Probabilities">The probability of each expression; their sum is 1.</param>
public sealed record CameraFace(
    int Track,
    CameraBox Box,
    CameraEyes? Eyes,
    double Score,
    FacialExpression Expression,
    double Probability,
    IReadOnlyDictionary<FacialExpression, double> Probabilities);
