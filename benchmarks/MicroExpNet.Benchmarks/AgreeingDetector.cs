namespace MicroExpNet.Benchmarks;

/// <summary>A detector that keeps silent about pictures in which another one finds nothing.</summary>
/// <param name="own">Whose faces are given.</param>
/// <param name="other">Who must find some too.</param>
internal sealed class AgreeingDetector(IFaceDetector own, IFaceDetector other) : IFaceDetector
{
    public IReadOnlyList<DetectedFace> Detect(ImageView image) => other.Detect(image).Count > 0 ? own.Detect(image) : [];
}
