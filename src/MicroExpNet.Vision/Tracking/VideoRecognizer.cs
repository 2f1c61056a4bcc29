using System.Runtime.InteropServices;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>
/// Recognises the faces of a video, frame by frame. Every face is found and recognised anew in every frame: near its last box, which takes
/// a few hundredths of a whole search. The whole frame is searched for new faces at an interval: quickly two times of three; thoroughly the
/// third time, and when a face is not found near its last box. A face keeps its track's number while it is seen. Of more than 64 faces, the
/// largest are taken. The same frames give the same results. An instance serves one video, and one thread at a time. After the first frames
/// nothing is allocated.
/// </summary>
public sealed class VideoRecognizer
{
    // Frames that come without times are taken to be 25 a second.
    private static readonly TimeSpan DefaultFrameTime = TimeSpan.FromMilliseconds(40);

    private readonly FaceTracker _tracker;
    private readonly List<FaceTrack> _seen = [];
    private readonly List<TrackedFace> _faces = [];
    private TimeSpan _time;
    private byte[] _gray = [];
    private byte[] _crops = [];
    private ExpressionScores[] _scores = [];

    /// <summary>Creates a recogniser of a video.</summary>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces; the larger its <see cref="FaceDetectorOptions.MinFace"/>, the faster.</param>
    /// <param name="options">The defaults if absent.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public VideoRecognizer(ExpressionRecognizer recognizer, FaceDetector detector, VideoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        ArgumentNullException.ThrowIfNull(detector);
        Options = options ?? new VideoOptions();
        if (Options.DetectionInterval is < 1 or > VideoOptions.MaxDetectionInterval)
        {
            throw new ArgumentException(
                $"a detection interval of {Options.DetectionInterval} frames; expected 1 to {VideoOptions.MaxDetectionInterval}",
                nameof(options));
        }

        if (Options.SmoothingTime < TimeSpan.Zero || Options.SmoothingTime > TimeSpan.FromSeconds(10))
        {
            throw new ArgumentException($"a smoothing time of {Options.SmoothingTime.TotalSeconds} s; expected 0 to 10", nameof(options));
        }

        if (Options.MaxGap < TimeSpan.Zero || Options.MaxGap > TimeSpan.FromSeconds(60))
        {
            throw new ArgumentException($"a gap of {Options.MaxGap.TotalSeconds} s; expected 0 to 60", nameof(options));
        }

        Recognizer = recognizer;
        Detector = detector;
        int interval = Options.DetectionInterval;
        _tracker = new FaceTracker(detector, interval == 1 ? TimeSpan.Zero : interval * DefaultFrameTime, Options.MaxGap);
    }

    /// <summary>Recognises the expressions.</summary>
    public ExpressionRecognizer Recognizer { get; }

    /// <summary>Finds the faces.</summary>
    public FaceDetector Detector { get; }

    /// <summary>Its options.</summary>
    public VideoOptions Options { get; }

    /// <summary>Recognises the faces of the next frame in grey.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more; a size other than the last frame's starts another video.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/>.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public ReadOnlySpan<TrackedFace> Recognize(ReadOnlySpan<byte> pixels, int width, int height, int stride) =>
        Recognize(new ImageView(pixels, width, height, stride));

    /// <summary>
    /// Recognises the faces of the next frame. A frame in colour is made grey once; of <see cref="PixelFormat.Nv12"/> and
    /// <see cref="PixelFormat.I420"/> the luma plane is used as it is, without a copy.
    /// </summary>
    /// <param name="frame">The frame, of any pixel format; a size other than the last frame's starts another video. A photo of the
    /// package MicroExpNet.Vision can be given as it is.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    public ReadOnlySpan<TrackedFace> Recognize(ImageView frame) => Recognize(frame, _time + DefaultFrameTime);

    /// <summary>Recognises the faces of the next frame of a video whose frames have times of their own.</summary>
    /// <param name="frame">The frame, as above.</param>
    /// <param name="time">Its presentation time; smoothing and gaps are measured by it. A time before the last frame's starts another
    /// video.</param>
    /// <returns>The faces, the largest first; overwritten by the next frame's.</returns>
    public ReadOnlySpan<TrackedFace> Recognize(ImageView frame, TimeSpan time)
    {
        frame.ThrowIfEmpty(nameof(frame));
        if (time < _time) Reset();
        _time = time;
        if (!frame.TryGetGray(out ImageView gray))
        {
            int length = frame.Width * frame.Height;
            if (_gray.Length < length) _gray = GC.AllocateUninitializedArray<byte>(length);
            Grayscale.FromImage(frame, _gray.AsSpan(0, length));
            gray = new ImageView(_gray, frame.Width, frame.Height);
        }

        _tracker.Advance(gray, time);
        _seen.Clear();
        foreach (FaceTrack track in _tracker.Tracks)
        {
            if (track.LastSeen == _tracker.Frame) _seen.Add(track);
        }

        _seen.Sort(static (a, b) => (b.Face.Box.Area, a.Number).CompareTo((a.Face.Box.Area, b.Number)));
        RecognizeFaces(frame, gray);
        return CollectionsMarshal.AsSpan(_faces);
    }

    /// <summary>Ends all tracks, as before the first frame of another video. Their numbers are not used again.</summary>
    public void Reset() => _tracker.Reset();

    /// <summary>Writes the state after a frame: a recogniser of the same options that reads it goes on with the same results.</summary>
    internal void WriteState(BinaryWriter writer)
    {
        writer.Write(_time.Ticks);
        _tracker.WriteTo(writer);
    }

    /// <summary>Goes on from a state that was written.</summary>
    internal void ReadState(BinaryReader reader)
    {
        _time = TimeSpan.FromTicks(reader.ReadInt64());
        _tracker.ReadFrom(reader);
    }

    private void RecognizeFaces(ImageView frame, ImageView gray)
    {
        int count = _seen.Count, length = Recognizer.Cropper.Length;
        if (_crops.Length < count * length) _crops = GC.AllocateUninitializedArray<byte>(count * length);
        if (_scores.Length < count) _scores = new ExpressionScores[count];
        for (int i = 0; i < count; i++)
        {
            Span<byte> crop = _crops.AsSpan(i * length, length);
            if (Recognizer.Cropper.IsGray) Recognizer.Cropper.Cut(gray, _seen[i].Face, crop);
            else Recognizer.Cropper.CutInput(frame, _seen[i].Face, crop);
        }

        Recognizer.Recognize(_crops.AsSpan(0, count * length), count, _scores);
        _faces.Clear();
        for (int i = 0; i < count; i++)
        {
            FaceTrack track = _seen[i];
            ExpressionScores scores = _scores[i];
            if (Options.SmoothingTime > TimeSpan.Zero && track.Scores is { } past)
            {
                scores = ScoreSmoother.Smooth(past, scores, _time - track.ScoresTime, Options.SmoothingTime);
            }

            (track.Scores, track.ScoresTime) = (scores, _time);
            _faces.Add(new TrackedFace(track.Number, track.Face, scores));
        }
    }
}
