namespace MicroExpNet;

/// <summary>The centres of a face's eyes, in pixels of its picture; left and right as they stand in the picture.</summary>
/// <param name="LeftX">Of the eye further to the left.</param>
/// <param name="LeftY">Of the same eye.</param>
/// <param name="RightX">Of the other eye.</param>
/// <param name="RightY">Of the other eye.</param>
public readonly record struct EyePositions(float LeftX, float LeftY, float RightX, float RightY)
{
    /// <summary>How far the face is turned in the picture's plane, in radians; above 0 where the right eye is lower.</summary>
    public double Tilt => Math.Atan2(RightY - LeftY, RightX - LeftX);
}
