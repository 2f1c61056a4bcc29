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

    /// <summary>Recognises the faces of a picture, largest first. Where none is found, the whole picture is taken as the face, as the
    /// original does, and the result's box is null.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="selection">Which faces.</param>
    public IReadOnlyList<RecognizedFace> Recognize(Photo photo, FaceSelection selection = FaceSelection.All) => throw new NotImplementedException();

    /// <summary>Recognises one face whose place is known.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="box">The face; what reaches over the picture's edge is cut off.</param>
    /// <exception cref="ArgumentException">The box lies outside the picture.</exception>
    public RecognizedFace Recognize(Photo photo, FaceBox box) => throw new NotImplementedException();

    /// <summary>A face as the model sees it: resized, windowed and grey.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="box">The face, or the whole picture; what reaches over the edge is cut off.</param>
    /// <param name="crop">Grey values, <c>[input height, input width]</c> of the model, packed.</param>
    /// <exception cref="ArgumentException">The box lies outside the picture, or <paramref name="crop"/> has another length.</exception>
    public void Crop(Photo photo, FaceBox box, Span<byte> crop) => throw new NotImplementedException();
}
