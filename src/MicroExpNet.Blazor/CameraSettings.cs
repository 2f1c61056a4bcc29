namespace MicroExpNet.Blazor;

/// <summary>The component's parameters as its script takes them.</summary>
internal sealed record CameraSettings(
    bool Active,
    string? Device,
    CameraFacing Facing,
    bool Mirror,
    bool ShowFaces,
    int MinFace,
    double MinScore,
    double Smoothing,
    ExpressionPrior Prior);
