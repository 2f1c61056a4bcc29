namespace MicroExpNet.Blazor;

/// <summary>The centres of a face's eyes.</summary>
/// <param name="Left">The eye that lies to the left in the frame.</param>
/// <param name="Right">The other one.</param>
public sealed record CameraEyes(CameraPoint Left, CameraPoint Right);
