using System.Buffers;

namespace MicroExpNet.Vision;

/// <summary>
/// Recognises the classes of the faces in an image, with a model whose classes may be any; <see cref="PhotoRecognizer"/> is for the eight
/// expressions. An instance can be used by any number of threads at once.
/// </summary>
public sealed class PhotoClassifier
{
    /// <summary>Creates a classifier of the faces in whole images.</summary>
    /// <param name="classifier">Recognises the classes.</param>
    /// <param name="detector">Finds the faces, e.g. <see cref="FaceDetector.Default"/>; null takes every image as one face.</param>
    public PhotoClassifier(FaceClassifier classifier, IFaceDetector? detector)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        Classifier = classifier;
        Detector = detector;
    }

    /// <summary>Recognises the classes.</summary>
    public FaceClassifier Classifier { get; }

    /// <summary>Finds the faces; null if every image is taken as one face.</summary>
    public IFaceDetector? Detector { get; }

    /// <summary>Classifies the faces of an image.</summary>
    /// <param name="image">The image, of any pixel format; a <see cref="Photo"/> can be given as it is.</param>
    /// <param name="selection">Which faces, and what is done where none is found.</param>
    /// <returns>The faces, the largest first; empty if there is none. The box of a whole image taken as a face is null.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="selection"/> is not one of its values.</exception>
    public IReadOnlyList<ClassifiedFace> Classify(ImageView image, FaceSelection selection = FaceSelection.All) =>
        Classify(image, PhotoFaces.Select(image, Detector, selection));

    /// <summary>Classifies one face whose box is known.</summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <param name="box">The face's box; it is clipped to the image.</param>
    /// <exception cref="ArgumentException">The box lies outside the image.</exception>
    public ClassifiedFace Classify(ImageView image, FaceBox box) =>
        Classify(image, [new DetectedFace(PhotoFaces.Clip(image, box, nameof(box)))])[0];

    private ClassifiedFace[] Classify(ImageView image, DetectedFace?[] faces)
    {
        byte[] crops = PhotoFaces.Rent(image, faces, Classifier.Cropper);
        ClassScores[] scores = Classifier.Classify(crops.AsSpan(0, faces.Length * Classifier.Cropper.Length), faces.Length);
        ArrayPool<byte>.Shared.Return(crops);
        return [.. faces.Select((face, i) => new ClassifiedFace(face, scores[i]))];
    }
}
