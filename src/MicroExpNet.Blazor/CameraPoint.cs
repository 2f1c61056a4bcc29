namespace MicroExpNet.Blazor;

/// <summary>A location in pixels of the frame, as the camera gives it: not mirrored.</summary>
/// <param name="X">Columns from the left edge.</param>
/// <param name="Y">Rows from the upper edge.</param>
public sealed record CameraPoint(double X, double Y);
