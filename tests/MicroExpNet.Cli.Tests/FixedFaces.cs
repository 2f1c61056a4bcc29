namespace MicroExpNet.Cli.Tests;

/// <summary>A detector that finds the same faces in every picture.</summary>
internal sealed class FixedFaces : IFaceDetector
{
    private readonly DetectedFace[] _faces;

    public FixedFaces(params FaceBox[] faces) => _faces = [.. faces.Select(face => new DetectedFace(face))];

    public FixedFaces(DetectedFace face) => _faces = [face];

    /// <summary>Called with every picture.</summary>
    public Action<ImageView> Seen { get; init; } = _ => { };

    public IReadOnlyList<DetectedFace> Detect(ImageView image)
    {
        Seen(image);
        return _faces;
    }
}
