namespace MicroExpNet.Server;

/// <summary>Of the faces that a detector finds, the largest.</summary>
/// <param name="detector">Finds the faces.</param>
/// <param name="count">The most faces.</param>
internal sealed class LargestFaces(FaceDetector detector, int count) : IFaceDetector
{
    /// <inheritdoc/>
    public IReadOnlyList<DetectedFace> Detect(ImageView image)
    {
        DetectedFace[] faces = detector.Detect(image);
        return faces.Length <= count ? faces : faces[..count];
    }
}
