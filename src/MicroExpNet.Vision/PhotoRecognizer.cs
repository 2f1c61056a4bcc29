using System.Buffers;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>
/// Recognises the expressions of the faces in an image: detect the faces, cut them out as the model's card says, recognise each. An
/// instance can be used by any number of threads at once.
/// </summary>
public sealed class PhotoRecognizer
{
    private readonly PhotoReduction _reduction;
    private readonly int _maxFaces;

    /// <summary>Creates a recogniser of whole images.</summary>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces, e.g. <see cref="FaceDetector.Default"/>; null takes every image as one face.</param>
    public PhotoRecognizer(ExpressionRecognizer recognizer, IFaceDetector? detector)
        : this(recognizer, detector, int.MaxValue)
    {
    }

    /// <summary>Creates a recogniser of the largest faces in whole images.</summary>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces; null takes every image as one face.</param>
    /// <param name="maxFaces">The most faces of an image.</param>
    internal PhotoRecognizer(ExpressionRecognizer recognizer, IFaceDetector? detector, int maxFaces)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        Recognizer = recognizer;
        Detector = detector;
        _maxFaces = maxFaces;
        _reduction = new PhotoReduction(detector, recognizer.Network, recognizer.Cropper.CanReadGray);
    }

    /// <summary>Recognises the expressions.</summary>
    public ExpressionRecognizer Recognizer { get; }

    /// <summary>Finds the faces; null if every image is taken as one face.</summary>
    public IFaceDetector? Detector { get; }

    private FaceCropper Cropper => Recognizer.Cropper;

    /// <summary>Recognises the faces of an image.</summary>
    /// <param name="image">The image, of any pixel format; a <see cref="Photo"/> can be given as it is.</param>
    /// <param name="selection">Which faces.</param>
    /// <returns>The faces, the largest first; empty if there is none. The box of a whole image taken as a face is null.</returns>
    /// <exception cref="ArgumentException"><paramref name="selection"/> is not one of its values, or <paramref name="image"/> is
    /// <c>default</c>.</exception>
    /// <exception cref="InvalidOperationException">The detector returned null, or a box outside the image.</exception>
    public IReadOnlyList<RecognizedFace> Recognize(ImageView image, FaceSelection selection = FaceSelection.All) =>
        Recognize(image, PhotoFaces.Select(image, Detector, selection, _maxFaces));

    /// <summary>Recognises one face whose box is known.</summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <param name="box">The face's box; it is clipped to the image.</param>
    /// <exception cref="ArgumentException">The box lies outside the image.</exception>
    public RecognizedFace Recognize(ImageView image, FaceBox box) =>
        Recognize(image, [new DetectedFace(PhotoFaces.Clip(image, box, nameof(box)))])[0];

    /// <summary>
    /// Decodes a picture file and recognises its faces. Where the model reads grey faces, the file is decoded in grey; and a large JPEG
    /// file to a half, a quarter or an eighth of its sides, where the detector's smallest face keeps as many pixels as the model reads.
    /// </summary>
    /// <param name="path">A JPEG, PNG, WebP, GIF or BMP file; of an animation, the first frame is read.</param>
    /// <param name="selection">Which faces.</param>
    /// <param name="limits">What decoding may cost; the default if absent.</param>
    /// <returns>The faces, the largest first, in the pixels of the file; empty if there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="selection"/> is not one of its values.</exception>
    /// <exception cref="PhotoFormatException">The file is empty, not a picture, cut short or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidOperationException">The detector returned null, or a box outside the image.</exception>
    public IReadOnlyList<RecognizedFace> RecognizeFile(
        string path, FaceSelection selection = FaceSelection.All, PhotoLimits? limits = null)
    {
        if (Cropper.CanReadGray)
        {
            using GrayPhoto photo = GrayPhoto.Load(path, Reduce(limits ?? PhotoLimits.Default, selection));
            return RecognizeReduced(photo, selection);
        }

        using Photo colors = Photo.Load(path, limits);
        return Recognize(colors, selection);
    }

    /// <summary>A face as the model reads it: cropped, resized, and grey or in the colours of the model's card.</summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <param name="box">The face's box; it is clipped to the image.</param>
    /// <param name="crop">Receives <c>[input height, input width, input channels]</c> of the model, packed.</param>
    /// <exception cref="ArgumentException">The box lies outside the image, or <paramref name="crop"/> has another length.</exception>
    public void Crop(ImageView image, FaceBox box, Span<byte> crop)
    {
        PhotoFaces.Clip(image, box, nameof(box));
        Crop(image, new DetectedFace(box), crop);
    }

    /// <summary>A face as the model sees it: rotated upright by its eyes if the model's card asks for that, cropped, and resized.</summary>
    /// <param name="image">The image, of any pixel format.</param>
    /// <param name="face">The face; its box is clipped to the image.</param>
    /// <param name="crop">Receives <c>[input height, input width, input channels]</c> of the model, packed.</param>
    /// <exception cref="ArgumentException">The box lies outside the image, or <paramref name="crop"/> has another length.</exception>
    public void Crop(ImageView image, DetectedFace face, Span<byte> crop)
    {
        FaceBox inside = PhotoFaces.Clip(image, face.Box, nameof(face));
        if (crop.Length != Cropper.Length)
        {
            throw new ArgumentException(
                $"{crop.Length} bytes for a crop of {Recognizer.InputWidth}×{Recognizer.InputHeight}; expected {Cropper.Length}",
                    nameof(crop));
        }

        Cropper.CutInput(image, face with { Box = inside }, crop);
    }

    /// <summary>What may be decoded for <see cref="RecognizeReduced"/>: large JPEG files to fewer pixels, where the smallest face allows
    /// it.</summary>
    /// <param name="limits">What may be decoded.</param>
    /// <param name="selection">Which faces.</param>
    internal PhotoLimits Reduce(PhotoLimits limits, FaceSelection selection) => _reduction.Limit(limits, selection);

    /// <summary>Recognises the faces of a photo that may have been decoded to fewer pixels.</summary>
    /// <param name="photo">The photo, decoded within <see cref="Reduce"/>.</param>
    /// <param name="selection">Which faces.</param>
    /// <returns>The faces, the largest first, in the pixels of the photo's file.</returns>
    internal IReadOnlyList<RecognizedFace> RecognizeReduced(GrayPhoto photo, FaceSelection selection)
    {
        DetectedFace?[] faces = PhotoFaces.Select(photo.View, _reduction.DetectorFor(photo.Reduction), selection, _maxFaces);
        return [.. Recognize(photo.View, faces).Select(face => face with { Face = PhotoReduction.Enlarge(face.Face, photo) })];
    }

    private RecognizedFace[] Recognize(ImageView image, DetectedFace?[] faces)
    {
        byte[] crops = PhotoFaces.Rent(image, faces, Cropper);
        ExpressionScores[] scores = new ExpressionScores[faces.Length];
        Recognizer.Recognize(crops.AsSpan(0, faces.Length * Cropper.Length), faces.Length, scores);
        ArrayPool<byte>.Shared.Return(crops);
        RecognizedFace[] recognized = new RecognizedFace[faces.Length];
        for (int i = 0; i < faces.Length; i++) recognized[i] = new RecognizedFace(faces[i], scores[i]);
        return recognized;
    }
}
