namespace MicroExpNet.Blazor;

/// <summary>The faces of a frame of the camera.</summary>
/// <param name="Faces">The faces, the largest first; at most 64.</param>
/// <param name="Width">Width of the frame in pixels.</param>
/// <param name="Height">Height of the frame in pixels.</param>
/// <param name="Milliseconds">Time that the worker took to search and to recognise.</param>
public sealed record CameraFrame(IReadOnlyList<CameraFace> Faces, int Width, int Height, double Milliseconds);
