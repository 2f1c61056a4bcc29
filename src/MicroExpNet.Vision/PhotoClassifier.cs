using System.Buffers;

namespace MicroExpNet.Vision;

/// <summary>
/// Recognises the classes of the faces in an image, with a model whose classes may be any; <see cref="PhotoRecognizer"/> is for the eight
/// expressions. An instance can be used by any number of threads at once.
/// </summary>
public sealed class PhotoClassifier
{
    private readonly PhotoReduction _reduction;

    /// <summary>Creates a classifier of the faces in whole images.</summary>
    /// <param name="classifier">Recognises the classes.</param>
    /// <param name="detector">Finds the faces, e.g. <see cref="FaceDetector.Default"/>; null takes every image as one face.</param>
    public PhotoClassifier(FaceClassifier classifier, IFaceDetector? detector)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        Classifier = classifier;
        Detector = detector;
        _reduction = new PhotoReduction(detector, classifier.Network, classifier.Cropper.CanReadGray);
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
    /// <exception cref="InvalidOperationException">The detector returned null, or a box outside the image.</exception>
    public IReadOnlyList<ClassifiedFace> Classify(ImageView image, FaceSelection selection = FaceSelection.All) =>
        Classify(image, PhotoFaces.Select(image, Detector, selection));

    /// <summary>Classifies one face whose box is known.</summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <param name="box">The face's box; it is clipped to the image.</param>
    /// <exception cref="ArgumentException">The box lies outside the image.</exception>
    public ClassifiedFace Classify(ImageView image, FaceBox box) =>
        Classify(image, [new DetectedFace(PhotoFaces.Clip(image, box, nameof(box)))])[0];

    /// <summary>
    /// Decodes a picture file and classifies its faces. Where the model reads grey faces, the file is decoded in grey; and a large JPEG
    /// file to a half, a quarter or an eighth of its sides, where the detector's smallest face keeps as many pixels as the model reads.
    /// </summary>
    /// <param name="path">A JPEG, PNG, WebP, GIF or BMP file; of an animation, the first frame is read.</param>
    /// <param name="selection">Which faces, and what is done where none is found.</param>
    /// <param name="limits">What decoding may cost; the default if absent.</param>
    /// <returns>The faces, the largest first, in the pixels of the file; empty if there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="selection"/> is not one of its values.</exception>
    /// <exception cref="PhotoFormatException">The file is empty, not a picture, cut short or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidOperationException">The detector returned null, or a box outside the image.</exception>
    public IReadOnlyList<ClassifiedFace> ClassifyFile(
        string path, FaceSelection selection = FaceSelection.All, PhotoLimits? limits = null)
    {
        if (Classifier.Cropper.CanReadGray)
        {
            using GrayPhoto photo = GrayPhoto.Load(path, Reduce(limits ?? PhotoLimits.Default, selection));
            return Enlarge(ClassifyAsDecoded(photo, selection), photo);
        }

        using Photo colors = Photo.Load(path, limits);
        return Classify(colors, selection);
    }

    /// <summary>What may be decoded for <see cref="ClassifyAsDecoded"/>: large JPEG files to fewer pixels, where the smallest face allows
    /// it.</summary>
    /// <param name="limits">What may be decoded.</param>
    /// <param name="selection">Which faces.</param>
    internal PhotoLimits Reduce(PhotoLimits limits, FaceSelection selection) => _reduction.Limit(limits, selection);

    /// <summary>Classifies the faces of a photo that may have been decoded to fewer pixels.</summary>
    /// <param name="photo">The photo, decoded within <see cref="Reduce"/>.</param>
    /// <param name="selection">Which faces, and what is done where none is found.</param>
    /// <returns>The faces, the largest first, in the pixels that were decoded.</returns>
    internal IReadOnlyList<ClassifiedFace> ClassifyAsDecoded(GrayPhoto photo, FaceSelection selection) =>
        Classify(photo.View, PhotoFaces.Select(photo.View, _reduction.DetectorFor(photo.Reduction), selection));

    /// <summary>Faces in the pixels of a photo's file.</summary>
    /// <param name="faces">The faces in the pixels that were decoded.</param>
    /// <param name="photo">The photo.</param>
    internal static IReadOnlyList<ClassifiedFace> Enlarge(IReadOnlyList<ClassifiedFace> faces, GrayPhoto photo) =>
        photo.Reduction == 1 ? faces : [.. faces.Select(face => face with { Face = PhotoReduction.Enlarge(face.Face, photo) })];

    private ClassifiedFace[] Classify(ImageView image, DetectedFace?[] faces)
    {
        byte[] crops = PhotoFaces.Rent(image, faces, Classifier.Cropper);
        ClassScores[] scores = Classifier.Classify(crops.AsSpan(0, faces.Length * Classifier.Cropper.Length), faces.Length);
        ArrayPool<byte>.Shared.Return(crops);
        ClassifiedFace[] classified = new ClassifiedFace[faces.Length];
        for (int i = 0; i < faces.Length; i++) classified[i] = new ClassifiedFace(faces[i], scores[i]);
        return classified;
    }
}
