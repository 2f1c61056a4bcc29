using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>Follows the faces of a video and classifies each in every frame, with a model whose classes may be any.</summary>
internal sealed class TrackClassifier
{
    // Frames that come without times are taken to be 25 a second.
    private static readonly TimeSpan DefaultFrameTime = TimeSpan.FromMilliseconds(40);

    private readonly FaceClassifier _classifier;
    private readonly VideoOptions _options;
    private readonly FaceTracker _tracker;
    private readonly List<FaceTrack> _seen = [];
    private readonly float[] _probabilities;
    private readonly byte[] _crop;
    private TimeSpan _time;
    private byte[] _gray = [];

    /// <summary>Starts before the first frame.</summary>
    /// <param name="classifier">Recognises the classes.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="options">How faces are followed.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public TrackClassifier(FaceClassifier classifier, FaceDetector detector, VideoOptions options)
    {
        if (options.DetectionInterval is < 1 or > VideoOptions.MaxDetectionInterval)
        {
            throw new ArgumentException(
                $"a detection interval of {options.DetectionInterval} frames; expected 1 to {VideoOptions.MaxDetectionInterval}",
                nameof(options));
        }

        if (options.SmoothingTime < TimeSpan.Zero || options.SmoothingTime > TimeSpan.FromSeconds(10))
        {
            throw new ArgumentException($"a smoothing time of {options.SmoothingTime.TotalSeconds} s; expected 0 to 10", nameof(options));
        }

        if (options.MaxGap < TimeSpan.Zero || options.MaxGap > TimeSpan.FromSeconds(60))
        {
            throw new ArgumentException($"a gap of {options.MaxGap.TotalSeconds} s; expected 0 to 60", nameof(options));
        }

        (_classifier, _options) = (classifier, options);
        _probabilities = new float[classifier.Labels.Length];
        _crop = new byte[classifier.Cropper.Length];
        int interval = options.DetectionInterval;
        _tracker = new FaceTracker(detector, interval == 1 ? TimeSpan.Zero : interval * DefaultFrameTime, options.MaxGap);
    }

    /// <summary>The time of a frame that comes without one.</summary>
    public TimeSpan NextTime => _time + DefaultFrameTime;

    /// <summary>Classifies the faces of the next frame.</summary>
    /// <param name="frame">The frame, of any pixel format.</param>
    /// <param name="time">Its presentation time.</param>
    /// <returns>The tracks seen in it, the largest first; overwritten by the next frame's.</returns>
    public List<FaceTrack> Classify(ImageView frame, TimeSpan time)
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
        foreach (FaceTrack track in _seen) Classify(track, frame, gray);
        return _seen;
    }

    /// <summary>Ends all tracks. Their numbers are not used again.</summary>
    public void Reset() => _tracker.Reset();

    /// <summary>Writes the state after a frame: an instance of the same options that reads it goes on with the same results.</summary>
    public void WriteState(BinaryWriter writer)
    {
        writer.Write(_time.Ticks);
        _tracker.WriteTo(writer);
    }

    /// <summary>Goes on from a state that was written.</summary>
    public void ReadState(BinaryReader reader)
    {
        _time = TimeSpan.FromTicks(reader.ReadInt64());
        _tracker.ReadFrom(reader);
    }

    private void Classify(FaceTrack track, ImageView frame, ImageView gray)
    {
        if (_classifier.Cropper.IsGray) _classifier.Cropper.Cut(gray, track.Face, _crop);
        else _classifier.Cropper.CutInput(frame, track.Face, _crop);
        _classifier.ClassifyCrop(_crop, _probabilities);
        bool isFirst = track.Probabilities.Length == 0;
        if (isFirst) track.Probabilities = new float[_probabilities.Length];
        if (isFirst || _options.SmoothingTime == TimeSpan.Zero)
        {
            _probabilities.CopyTo(track.Probabilities, 0);
            track.Answer = (AnswerHold.IndexOfMax(_probabilities), _time);
        }
        else
        {
            ScoreSmoother.Smooth(track.Probabilities, _probabilities, _time - track.ProbabilitiesTime, _options.SmoothingTime);
            track.Answer = AnswerHold.Next(track.Answer, track.Probabilities, _time);
        }

        track.ProbabilitiesTime = _time;
    }
}
