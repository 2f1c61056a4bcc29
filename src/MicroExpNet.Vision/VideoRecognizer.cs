using System.Runtime.InteropServices;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>
/// Recognises the faces of a video, frame by frame. Every face is found and recognised anew in every frame: around its last place, which
/// takes a few hundredths of a whole search, and in the whole frame at an interval or when a face is not where it was. A face keeps its
/// track's number for as long as it is seen; of more than 64 faces, the largest are taken. The same frames give the same results. One
/// instance serves one video and one thread at a time; grey frames allocate nothing once the first were seen.
/// </summary>
public sealed class VideoRecognizer
{
    private readonly FaceTracker _tracker;
    private readonly List<FaceTrack> _seen = [];
    private readonly List<TrackedFace> _faces = [];
    private readonly float _smoothing;
    private byte[] _gray = [];
    private byte[] _crops = [];
    private ExpressionScores[] _scores = [];

    /// <summary>Joins a recogniser and a detector.</summary>
    /// <param name="recognizer">Tells the expressions.</param>
    /// <param name="detector">Finds the faces; the larger its smallest face, the faster.</param>
    /// <param name="options">How to work; the defaults if absent.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public VideoRecognizer(ExpressionRecognizer recognizer, FaceDetector detector, VideoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        ArgumentNullException.ThrowIfNull(detector);
        Options = options ?? new VideoOptions();
        if (Options.DetectionInterval is < 1 or > VideoOptions.MaxDetectionInterval)
        {
            throw new ArgumentException($"a detection interval of {Options.DetectionInterval} frames; expected 1 to {VideoOptions.MaxDetectionInterval}", nameof(options));
        }

        if (!(Options.Smoothing is >= 0 and < 1)) throw new ArgumentException($"a smoothing of {Options.Smoothing}; expected 0 or more and below 1", nameof(options));
        Recognizer = recognizer;
        Detector = detector;
        _smoothing = (float)Options.Smoothing;
        _tracker = new FaceTracker(detector, Options.DetectionInterval);
    }

    /// <summary>Tells the expressions.</summary>
    public ExpressionRecognizer Recognizer { get; }

    /// <summary>Finds the faces.</summary>
    public FaceDetector Detector { get; }

    /// <summary>How it works.</summary>
    public VideoOptions Options { get; }

    /// <summary>Recognises the faces of the next frame, grey: a camera's luma plane as it is, without a conversion.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more; another size than the last frame's begins another video.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <returns>The faces, largest first; overwritten by the next frame's.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public ReadOnlySpan<TrackedFace> Recognize(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        CheckFrame(pixels, width, height, stride);
        _tracker.Advance(pixels, width, height, stride);
        _seen.Clear();
        foreach (FaceTrack track in _tracker.Tracks)
        {
            if (track.LastSeen == _tracker.Frame) _seen.Add(track);
        }

        _seen.Sort(static (a, b) => (b.Face.Box.Area, a.Number).CompareTo((a.Face.Box.Area, b.Number)));
        Tell(pixels, width, height, stride);
        return CollectionsMarshal.AsSpan(_faces);
    }

    /// <summary>Recognises the faces of the next frame, in colour; it is made grey once.</summary>
    /// <param name="frame">The frame; another size than the last one's begins another video.</param>
    /// <returns>The faces, largest first; overwritten by the next frame's.</returns>
    public ReadOnlySpan<TrackedFace> Recognize(Photo frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        int length = frame.Width * frame.Height;
        if (_gray.Length < length) _gray = GC.AllocateUninitializedArray<byte>(length);
        Span<byte> gray = _gray.AsSpan(0, length);
        Grayscale.FromRgba(frame.Rgba, gray);
        return Recognize(gray, frame.Width, frame.Height, frame.Width);
    }

    /// <summary>Forgets all faces, as before the first frame of another video. Tracks' numbers go on.</summary>
    public void Reset() => _tracker.Reset();

    private static void CheckFrame(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (stride < width) throw new ArgumentException($"rows {stride} bytes apart; {width} pixels need at least as many", nameof(stride));
        long needed = ((height - 1L) * stride) + width;
        if (pixels.Length < needed) throw new ArgumentException($"{pixels.Length} bytes for a frame of {width}×{height}, rows {stride} apart; expected at least {needed}", nameof(pixels));
    }

    private void Tell(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        int count = _seen.Count, length = Recognizer.InputWidth * Recognizer.InputHeight;
        if (_crops.Length < count * length) _crops = GC.AllocateUninitializedArray<byte>(count * length);
        if (_scores.Length < count) _scores = new ExpressionScores[count];
        for (int i = 0; i < count; i++) FaceCutting.Cut(Recognizer, pixels, width, height, stride, 1, _seen[i].Face, _crops.AsSpan(i * length, length));
        Recognizer.Recognize(_crops.AsSpan(0, count * length), count, _scores);
        _faces.Clear();
        for (int i = 0; i < count; i++)
        {
            FaceTrack track = _seen[i];
            ExpressionScores scores = _smoothing > 0 && track.Scores is { } before ? Mix(before, _scores[i]) : _scores[i];
            track.Scores = scores;
            _faces.Add(new TrackedFace(track.Number, track.Face, scores));
        }
    }

    private ExpressionScores Mix(ExpressionScores before, ExpressionScores now)
    {
        Span<float> mixed = stackalloc float[ExpressionScores.Count], added = stackalloc float[ExpressionScores.Count];
        before.CopyTo(mixed);
        now.CopyTo(added);
        for (int i = 0; i < mixed.Length; i++) mixed[i] += (1 - _smoothing) * (added[i] - mixed[i]);
        return new ExpressionScores(mixed);
    }
}
