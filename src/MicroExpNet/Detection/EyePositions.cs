namespace MicroExpNet;

/// <summary>The centres of a face's eyes, in pixels of the image. Left and right are as seen in the image.</summary>
/// <param name="LeftX">Column of the left eye.</param>
/// <param name="LeftY">Row of the left eye.</param>
/// <param name="RightX">Column of the right eye.</param>
/// <param name="RightY">Row of the right eye.</param>
public readonly record struct EyePositions(float LeftX, float LeftY, float RightX, float RightY)
{
    /// <summary>The rotation of the face in the image plane, in radians, −π to π; above 0 if the right eye is lower.</summary>
    public double Tilt => Math.Atan2(RightY - LeftY, RightX - LeftX);
}
