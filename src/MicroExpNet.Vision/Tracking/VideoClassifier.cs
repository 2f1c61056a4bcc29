using System.Runtime.InteropServices;

namespace MicroExpNet.Vision;

/// <summary>
/// Classifies the faces of a video, frame by frame, with a model whose classes may be any; it finds and follows them as
/// <see cref="VideoRecognizer"/> does, which is for the eight expressions and allocates nothing. The same frames give the same results. An
/// instance serves one video, and one thread at a time.
/// </summary>
public sealed class VideoClassifier
{
    private readonly TrackClassifier _tracks;
    private readonly List<VideoFace> _faces = [];

    /// <summary>Creates a classifier of a video.</summary>
    /// <param name="classifier">Recognises the classes.</param>
    /// <param name="detector">Finds the faces; the larger its <see cref="FaceDetectorOptions.MinFace"/>, the faster.</param>
    /// <param name="options">The defaults if absent.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public VideoClassifier(FaceClassifier classifier, FaceDetector detector, VideoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(detector);
        (Classifier, Detector, Options) = (classifier, detector, options ?? new VideoOptions());
        _tracks = new TrackClassifier(classifier, detector, Options);
    }

    /// <summary>Recognises the classes.</summary>
    public FaceClassifier Classifier { get; }

    /// <summary>Finds the faces.</summary>
    public FaceDetector Detector { get; }

    /// <summary>Its options.</summary>
    public VideoOptions Options { get; }

    /// <summary>Classifies the faces of the next frame, of 25 a second.</summary>
    /// <param name="frame">The frame, of any pixel format; a size other than the last frame's starts another video.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    public ReadOnlySpan<VideoFace> Classify(ImageView frame) => Classify(frame, _tracks.NextTime);

    /// <summary>Classifies the faces of the next frame of a video whose frames have times of their own.</summary>
    /// <param name="frame">The frame, as above.</param>
    /// <param name="time">Its presentation time, at most a million days from zero; smoothing and gaps are measured by it. A time before the
    /// last frame's starts another video.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is out of that range.</exception>
    public ReadOnlySpan<VideoFace> Classify(ImageView frame, TimeSpan time)
    {
        _faces.Clear();
        foreach (TrackAnswer seen in _tracks.Classify(frame, time)) _faces.Add(VideoFace.Of(seen, Classifier.Labels));

        return CollectionsMarshal.AsSpan(_faces);
    }

    /// <summary>Ends all tracks, as before the first frame of another video; frames without times begin anew. Their numbers are not used
    /// again.</summary>
    public void Reset() => _tracks.Reset();
}
