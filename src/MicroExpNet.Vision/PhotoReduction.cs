using MicroExpNet.Architectures;

namespace MicroExpNet.Vision;

/// <summary>
/// How far pictures can be reduced while they are decoded without losing faces: the smallest face that is looked for still has at least as
/// many pixels as the model reads, and it is searched as in the whole picture.
/// </summary>
internal sealed class PhotoReduction
{
    // Of what JPEG's transform gives in a part of the time: 2, 4 and 8.
    private const int Most = 8;

    private readonly IFaceDetector? _detector;
    private readonly Dictionary<int, FaceDetector> _detectors = [];

    /// <summary>Works out how far.</summary>
    /// <param name="detector">Finds the faces; null where each picture is one.</param>
    /// <param name="network">Recognises them.</param>
    /// <param name="readsGray">Whether it reads faces that are cut out of grey photos.</param>
    public PhotoReduction(IFaceDetector? detector, Network network, bool readsGray)
    {
        _detector = detector;

        // A model that skips pixels would get others.
        if (detector is not FaceDetector own || !readsGray || !network.Model.Card.Antialias) return;
        TensorShape input = network.Model.Architecture.Input;
        while (Max < Most && own.Options.MinFace >= 2 * Max * Math.Max(input.Width, input.Height))
        {
            Max *= 2;
            _detectors[Max] = own.ForReduced(Max);
        }
    }

    /// <summary>How many pixels a side one may stand for at most: 1, 2, 4 or 8.</summary>
    public int Max { get; private set; } = 1;

    /// <summary>What may be decoded, and how far it is reduced.</summary>
    /// <param name="limits">What may be decoded.</param>
    /// <param name="selection">Which faces; a picture that may be taken as a face is not reduced.</param>
    public PhotoLimits Limit(PhotoLimits limits, FaceSelection selection) =>
        selection is FaceSelection.All or FaceSelection.Largest ? limits with { MaxReduction = Max } : limits;

    /// <summary>The detector of the photos of a reduction.</summary>
    /// <param name="reduction">1, or what <see cref="Max"/> allows.</param>
    public IFaceDetector? DetectorFor(int reduction) => reduction == 1 ? _detector : _detectors[reduction];

    /// <summary>A photo's face in its file's pixels.</summary>
    /// <param name="face">The face in the photo's; null stands for all of it.</param>
    /// <param name="photo">The photo.</param>
    public static DetectedFace? Enlarge(DetectedFace? face, GrayPhoto photo)
    {
        if (face is not { } found || photo.Reduction == 1) return face;
        int times = photo.Reduction;
        FaceBox box = new(found.Box.X * times, found.Box.Y * times, found.Box.Width * times, found.Box.Height * times);
        return found with
        {
            Box = box.ClippedTo(photo.FullWidth, photo.FullHeight),
            Eyes = found.Eyes is not { } eyes ? null : new EyePositions(
                Enlarge(eyes.LeftX, times), Enlarge(eyes.LeftY, times), Enlarge(eyes.RightX, times), Enlarge(eyes.RightY, times)),
        };
    }

    // A pixel's centre is at a whole number.
    private static float Enlarge(float position, int times) => ((position + 0.5f) * times) - 0.5f;
}
