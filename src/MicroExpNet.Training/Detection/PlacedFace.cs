namespace MicroExpNet.Training.Detection;

/// <summary>A face whose place in a picture is known, in pixels.</summary>
/// <param name="X">Middle of its square, as OpenCV's Haar cascade draws it.</param>
/// <param name="Y">Middle of its square.</param>
/// <param name="Side">Side of its square.</param>
/// <param name="Eyes">Where its eyes are; null where nobody knows.</param>
/// <param name="Score">How sure whoever labelled it was, 0 to 1; 1 where the table does not say.</param>
public readonly record struct PlacedFace(float X, float Y, float Side, EyePositions? Eyes, float Score = 1)
{
    /// <summary>The group it belongs to; null where faces are not grouped.</summary>
    internal string? Group { get; init; }
}
