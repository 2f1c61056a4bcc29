namespace MicroExpNet.Blazor;

/// <summary>A square in pixels of the frame, as the camera gives it: not mirrored.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public sealed record CameraBox(double X, double Y, double Width, double Height);
