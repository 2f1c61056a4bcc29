namespace MicroExpNet.Blazor;

/// <summary>A camera of the visitor's machine.</summary>
/// <param name="Id">
/// What <see cref="ExpressionCamera.Device"/> takes. It holds for this site only, until the visitor clears the site's data.
/// </param>
/// <param name="Label">Its name; empty where the browser keeps it secret.</param>
public sealed record CameraDevice(string Id, string Label);
