using System.Runtime.InteropServices;

namespace MicroExpNet.Vision;

/// <summary>
/// Recognises the faces of a video, frame by frame. Every face is found and recognised anew in every frame: near its last box, which takes
/// a few hundredths of a whole search. The whole frame is searched for new faces at an interval: quickly two times of three; thoroughly the
/// third time, and when a face is not found near its last box. A face keeps its track's number while it is seen. Of more than 64 faces, the
/// largest are taken. The same frames give the same results; for classes other than the eight expressions there is
/// <see cref="VideoClassifier"/>. An instance serves one video, and one thread at a time. After the first frames
/// nothing is allocated.
/// </summary>
public sealed class VideoRecognizer
{
    private readonly TrackClassifier _tracks;
    private readonly List<TrackedFace> _faces = [];

    /// <summary>Creates a recogniser of a video.</summary>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces; the larger its <see cref="FaceDetectorOptions.MinFace"/>, the faster.</param>
    /// <param name="options">The defaults if absent.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public VideoRecognizer(ExpressionRecognizer recognizer, FaceDetector detector, VideoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        ArgumentNullException.ThrowIfNull(detector);
        (Recognizer, Detector, Options) = (recognizer, detector, options ?? new VideoOptions());
        _tracks = new TrackClassifier(recognizer.Classifier, detector, Options);
    }

    /// <summary>Recognises the expressions.</summary>
    public ExpressionRecognizer Recognizer { get; }

    /// <summary>Finds the faces.</summary>
    public FaceDetector Detector { get; }

    /// <summary>Its options.</summary>
    public VideoOptions Options { get; }

    /// <summary>Recognises the faces of the next frame in grey, of 25 a second.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more; a size other than the last frame's starts another video.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public ReadOnlySpan<TrackedFace> Recognize(ReadOnlySpan<byte> pixels, int width, int height, int stride) =>
        Recognize(new ImageView(pixels, width, height, stride));

    /// <summary>
    /// Recognises the faces of the next frame, of 25 a second. A frame in colour is made grey once; of <see cref="PixelFormat.Nv12"/> and
    /// <see cref="PixelFormat.I420"/> the luma plane is used as it is, without a copy.
    /// </summary>
    /// <param name="frame">The frame, of any pixel format; a size other than the last frame's starts another video. A photo of the
    /// package MicroExpNet.Vision can be given as it is.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    public ReadOnlySpan<TrackedFace> Recognize(ImageView frame) => Recognize(frame, _tracks.NextTime);

    /// <summary>Recognises the faces of the next frame of a video whose frames have times of their own.</summary>
    /// <param name="frame">The frame, as above.</param>
    /// <param name="time">Its presentation time, at most a million days from zero; smoothing and gaps are measured by it. A time before the
    /// last frame's starts another video.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is out of that range.</exception>
    public ReadOnlySpan<TrackedFace> Recognize(ImageView frame, TimeSpan time)
    {
        _faces.Clear();
        foreach (TrackAnswer seen in _tracks.Classify(frame, time))
        {
            _faces.Add(new TrackedFace(seen.Track, seen.Face, new ExpressionScores(seen.Probabilities))
            {
                Expression = (Expression)seen.Answer.Class,
            });
        }

        return CollectionsMarshal.AsSpan(_faces);
    }

    /// <summary>Ends all tracks, as before the first frame of another video; frames without times begin anew. Their numbers are not used
    /// again.</summary>
    public void Reset() => _tracks.Reset();
}
