using System.Buffers;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>
/// From a picture to the expressions of its faces: detect, crop as the model's card wants it, recognise. One instance serves any number
/// of threads at once.
/// </summary>
public sealed class PhotoRecognizer
{
    /// <summary>Joins a recogniser and a detector.</summary>
    /// <param name="recognizer">Tells the expressions.</param>
    /// <param name="detector">Finds the faces; without one, the whole picture is taken as the face.</param>
    public PhotoRecognizer(ExpressionRecognizer recognizer, IFaceDetector? detector)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        Recognizer = recognizer;
        Detector = detector;
    }

    /// <summary>Tells the expressions.</summary>
    public ExpressionRecognizer Recognizer { get; }

    /// <summary>Finds the faces, where there is one.</summary>
    public IFaceDetector? Detector { get; }

    private int CropLength => Recognizer.InputWidth * Recognizer.InputHeight;

    /// <summary>Recognises the faces of a photo, largest first. Without a detector the whole photo is taken as one face.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="selection">Which faces, and what is done where none is found.</param>
    /// <returns>The faces; empty where none is found, unless the selection says to take the whole photo then.</returns>
    public IReadOnlyList<RecognizedFace> Recognize(Photo photo, FaceSelection selection = FaceSelection.All)
    {
        ArgumentNullException.ThrowIfNull(photo);
        bool searches = selection != FaceSelection.Whole && Detector is not null;
        IReadOnlyList<DetectedFace> found = searches ? Detector!.Detect(photo) : [];
        if (found.Count == 0)
        {
            if (searches && selection is FaceSelection.All or FaceSelection.Largest) return [];
            RecognizedFace whole = Recognize(photo, new FaceBox(0, 0, photo.Width, photo.Height));
            return [whole with { Face = null }];
        }

        int count = selection is FaceSelection.Largest or FaceSelection.LargestOrWhole ? 1 : found.Count;
        int cropLength = CropLength;
        byte[] crops = ArrayPool<byte>.Shared.Rent(count * cropLength);
        var scores = new ExpressionScores[count];
        for (int i = 0; i < count; i++) Crop(photo, found[i], crops.AsSpan(i * cropLength, cropLength));
        Recognizer.Recognize(crops.AsSpan(0, count * cropLength), count, scores);
        ArrayPool<byte>.Shared.Return(crops);

        var faces = new RecognizedFace[count];
        for (int i = 0; i < count; i++) faces[i] = new RecognizedFace(found[i], scores[i]);
        return faces;
    }

    /// <summary>Recognises one face whose place is known.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="box">The face; what reaches over the picture's edge is cut off.</param>
    /// <exception cref="ArgumentException">The box lies outside the picture.</exception>
    public RecognizedFace Recognize(Photo photo, FaceBox box)
    {
        int length = CropLength;
        byte[] crop = ArrayPool<byte>.Shared.Rent(length);
        Span<ExpressionScores> scores = stackalloc ExpressionScores[1];
        Crop(photo, box, crop.AsSpan(0, length));
        Recognizer.Recognize(crop.AsSpan(0, length), 1, scores);
        ArrayPool<byte>.Shared.Return(crop);
        return new RecognizedFace(new DetectedFace(box.Within(photo.Width, photo.Height)), scores[0]);
    }

    /// <summary>A face as the model sees it: resized, windowed and grey.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="box">The face, or the whole picture; what reaches over the edge is cut off.</param>
    /// <param name="crop">Grey values, <c>[input height, input width]</c> of the model, packed.</param>
    /// <exception cref="ArgumentException">The box lies outside the picture, or <paramref name="crop"/> has another length.</exception>
    public void Crop(Photo photo, FaceBox box, Span<byte> crop) => Crop(photo, new DetectedFace(box), crop);

    /// <summary>A face as the model sees it: turned upright by its eyes where the model's card asks for that, resized, windowed and grey.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="face">The face; what of its box reaches over the edge is cut off.</param>
    /// <param name="crop">Grey values, <c>[input height, input width]</c> of the model, packed.</param>
    /// <exception cref="ArgumentException">The box lies outside the picture, or <paramref name="crop"/> has another length.</exception>
    public void Crop(Photo photo, DetectedFace face, Span<byte> crop)
    {
        FaceBox box = face.Box;
        ArgumentNullException.ThrowIfNull(photo);
        FaceBox inside = box.Within(photo.Width, photo.Height);
        if (inside.Width < 1 || inside.Height < 1)
        {
            throw new ArgumentException($"the box {box.X},{box.Y},{box.Width},{box.Height} lies outside the picture of {photo.Width}×{photo.Height}", nameof(face));
        }

        int length = CropLength;
        if (crop.Length != length)
        {
            throw new ArgumentException($"{crop.Length} bytes for a crop of {Recognizer.InputWidth}×{Recognizer.InputHeight}; expected {length}", nameof(crop));
        }

        // In colour first and grey at the end, as the original does: its rounding differs from grey first.
        byte[] rgba = ArrayPool<byte>.Shared.Rent(length * 4);
        FaceCutting.Cut(Recognizer, photo.Rgba, photo.Width, photo.Height, photo.Stride, 4, face with { Box = inside }, rgba);
        Grayscale.FromRgba(rgba.AsSpan(0, length * 4), crop);
        ArrayPool<byte>.Shared.Return(rgba);
    }
}
