namespace MicroExpNet.Blazor;

/// <summary>Why a camera shows nothing, or its faces are not recognised.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Message">The same in a sentence for the visitor, with what to do.</param>
public sealed record CameraError(CameraErrorKind Kind, string Message);
