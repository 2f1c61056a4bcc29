using MicroExpNet.Vision;

namespace MicroExpNet.OpenCv;

/// <summary>OpenCV's Haar cascade, the original's face detector. One instance serves any number of threads at once.</summary>
public sealed class HaarFaceDetector : IFaceDetector, IDisposable
{
    /// <summary>Loads a cascade.</summary>
    /// <param name="options">Cascade file and settings; the original's if absent.</param>
    /// <exception cref="DetectorUnavailableException">OpenCV's runtime or the cascade file is missing; the message says how to install it.</exception>
    public HaarFaceDetector(HaarOptions? options = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<FaceBox> Detect(Photo photo) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
