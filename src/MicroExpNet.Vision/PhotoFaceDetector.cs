using System.Buffers;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>The library's own face detector on photos. One instance serves any number of threads at once.</summary>
public sealed class PhotoFaceDetector : IFaceDetector
{
    private static readonly Lazy<PhotoFaceDetector> LazyDefault = new(() => new PhotoFaceDetector(FaceDetector.Default));

    /// <summary>Takes a detector of grey pictures.</summary>
    /// <param name="detector">The detector, e.g. <see cref="FaceDetector.Default"/>.</param>
    public PhotoFaceDetector(FaceDetector detector)
    {
        ArgumentNullException.ThrowIfNull(detector);
        Detector = detector;
    }

    /// <summary>The detector that travels in the library, for faces from 24 pixels; made when first asked for.</summary>
    public static PhotoFaceDetector Default => LazyDefault.Value;

    /// <summary>The detector of grey pictures.</summary>
    public FaceDetector Detector { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DetectedFace> Detect(Photo photo)
    {
        ArgumentNullException.ThrowIfNull(photo);
        int length = photo.Width * photo.Height;
        byte[] gray = ArrayPool<byte>.Shared.Rent(length);
        Grayscale.FromRgba(photo.Rgba, gray.AsSpan(0, length));
        DetectedFace[] faces = Detector.Detect(gray.AsSpan(0, length), photo.Width, photo.Height, photo.Width);
        ArrayPool<byte>.Shared.Return(gray);
        return faces;
    }
}
