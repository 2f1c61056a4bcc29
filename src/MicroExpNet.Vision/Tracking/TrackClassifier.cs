using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>
/// Follows the faces of a video and classifies each in every frame, with a model whose classes may be any. Following a frame and
/// classifying the frames before it share nothing: they may run at the same time.
/// </summary>
internal sealed class TrackClassifier
{
    // Frames that come without times are taken to be 25 a second.
    private static readonly TimeSpan DefaultFrameTime = TimeSpan.FromMilliseconds(40);

    // Times from the year 1 on are well within it, and no sum or difference of two overflows.
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1_000_000);

    // A model whose card asks for the mean over a face and its mirror image reads one of them in a frame and the other in the next, and
    // takes the mean of the newest of each, where answers are smoothed anyway and frames are less than this apart.
    private static readonly TimeSpan MaxTurnTime = TimeSpan.FromSeconds(0.1);

    // A frame that differs from the smoothed past by a larger total variation distance may show a change: both are read.
    private const double MaxTurnDifference = 0.1;

    private readonly FaceClassifier _classifier;
    private readonly VideoOptions _options;
    private readonly bool _readsInTurn;

    // Of following,
    private readonly FaceTracker _tracker;
    private readonly FrameFaces _faces = new();
    private TimeSpan _time;
    private byte[] _gray = [];

    // and of classifying.
    private readonly List<TrackAnswer> _answers = [];
    private readonly List<TrackAnswer> _seen = [];
    private readonly float[] _probabilities;
    private readonly float[] _outputs;
    private readonly byte[] _crop;

    /// <summary>Starts before the first frame.</summary>
    /// <param name="classifier">Recognises the classes.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="options">How faces are followed.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public TrackClassifier(FaceClassifier classifier, FaceDetector detector, VideoOptions options)
    {
        options.Check(nameof(options));
        (_classifier, _options) = (classifier, options);
        _readsInTurn = classifier.Card.MirrorMean && options.SmoothingTime > TimeSpan.Zero;
        _probabilities = new float[classifier.Labels.Length];
        _outputs = new float[_readsInTurn ? classifier.Network.Model.Architecture.Output.Length : 0];
        _crop = new byte[classifier.Cropper.Length];
        int interval = options.DetectionInterval;
        _tracker = new FaceTracker(
            detector, interval == 1 ? TimeSpan.Zero : interval * DefaultFrameTime, options.MaxGap, options.ConfirmFaces);
    }

    /// <summary>The time of a frame that comes without one.</summary>
    public TimeSpan NextTime => _time < MaxTime - DefaultFrameTime ? _time + DefaultFrameTime : MaxTime;

    /// <summary>Follows and classifies the faces of the next frame.</summary>
    /// <param name="frame">The frame, of any pixel format.</param>
    /// <param name="time">Its presentation time.</param>
    /// <returns>The faces seen in it, the largest first; overwritten by the next frame's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is more than a million days from zero.</exception>
    public List<TrackAnswer> Classify(ImageView frame, TimeSpan time)
    {
        frame.ThrowIfEmpty(nameof(frame));
        if (time < -MaxTime || time > MaxTime)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, $"expected {-MaxTime.TotalDays} to {MaxTime.TotalDays} days");
        }

        if (!frame.TryGetGray(out ImageView gray))
        {
            int length = frame.Width * frame.Height;
            if (_gray.Length < length) _gray = GC.AllocateUninitializedArray<byte>(length);
            Grayscale.FromImage(frame, _gray.AsSpan(0, length));
            gray = new ImageView(_gray, frame.Width, frame.Height);
        }

        Follow(gray, time, _faces);
        return Classify(frame, gray, _faces);
    }

    /// <summary>Follows the faces of the next frame.</summary>
    /// <param name="gray">The frame, grey.</param>
    /// <param name="time">Its presentation time.</param>
    /// <param name="faces">Receives the frame's faces.</param>
    public void Follow(ImageView gray, TimeSpan time, FrameFaces faces)
    {
        if (time < _time) Reset();
        _time = time;
        _tracker.Advance(gray, time);
        faces.Time = time;
        faces.Seen.Clear();
        faces.Tracks.Clear();
        foreach (FaceTrack track in _tracker.Tracks)
        {
            if (!track.IsConfirmed && !_options.ReportsTentativeFaces) continue;
            faces.Tracks.Add(track.Number);
            if (track.LastSeen == _tracker.Frame) faces.Seen.Add((track.Number, track.Face));
        }

        faces.Seen.Sort(static (a, b) => (b.Face.Box.Area, a.Track).CompareTo((a.Face.Box.Area, b.Track)));
    }

    /// <summary>Classifies the faces of a frame that was followed; frames come in order.</summary>
    /// <param name="frame">The frame, of any pixel format.</param>
    /// <param name="gray">The frame, grey.</param>
    /// <param name="faces">Its faces.</param>
    /// <returns>The faces seen in it, the largest first; overwritten by the next frame's.</returns>
    public List<TrackAnswer> Classify(ImageView frame, ImageView gray, FrameFaces faces)
    {
        for (int i = _answers.Count - 1; i >= 0; i--)
        {
            if (!faces.Tracks.Contains(_answers[i].Track)) _answers.RemoveAt(i);
        }

        _seen.Clear();
        foreach ((int track, DetectedFace face) in faces.Seen)
        {
            TrackAnswer answer = AnswerOf(track);
            answer.Face = face;
            _seen.Add(answer);
            if (!answer.IsNew && faces.Time - answer.Time < _options.RecognitionInterval) continue;
            if (_classifier.Cropper.IsGray) _classifier.Cropper.Cut(gray, face, _crop);
            else _classifier.Cropper.CutInput(frame, face, _crop);
            Classify(answer, faces.Time);
        }

        return _seen;
    }

    /// <summary>Ends all tracks, as before the first frame. Their numbers are not used again.</summary>
    public void Reset()
    {
        _tracker.Reset();
        _time = TimeSpan.Zero;
    }

    /// <summary>
    /// Writes the state of following after a frame: with that of classifying, an instance of the same options that reads both goes on with
    /// the same results.
    /// </summary>
    public void WriteTracks(BinaryWriter writer)
    {
        writer.Write(_time.Ticks);
        _tracker.WriteTo(writer);
    }

    /// <summary>Writes the state of classifying after a frame.</summary>
    public void WriteAnswers(BinaryWriter writer)
    {
        writer.Write(_answers.Count);
        foreach (TrackAnswer answer in _answers) answer.WriteTo(writer);
    }

    /// <summary>Goes on from a state that was written: that of following, then that of classifying.</summary>
    public void ReadState(BinaryReader reader)
    {
        _time = TimeSpan.FromTicks(reader.ReadInt64());
        _tracker.ReadFrom(reader);
        _answers.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--) _answers.Add(TrackAnswer.ReadFrom(reader));
    }

    private TrackAnswer AnswerOf(int track)
    {
        foreach (TrackAnswer known in _answers)
        {
            if (known.Track == track) return known;
        }

        TrackAnswer answer = new(track, _probabilities.Length, _outputs.Length);
        _answers.Add(answer);
        return answer;
    }

    // The face's pixels are in the crop.
    private void Classify(TrackAnswer answer, TimeSpan time)
    {
        TimeSpan elapsed = time - answer.Time;
        if (!_readsInTurn) _classifier.ClassifyCrop(_crop, _probabilities);
        else if (answer.IsNew || elapsed >= MaxTurnTime) ReadBoth(answer);
        else ReadInTurn(answer);
        if (answer.IsNew || _options.SmoothingTime == TimeSpan.Zero)
        {
            _probabilities.CopyTo(answer.Probabilities, 0);
            answer.Answer = (AnswerHold.IndexOfMax(_probabilities), time);
        }
        else
        {
            ScoreSmoother.Smooth(answer.Probabilities, _probabilities, elapsed, _options.SmoothingTime);
            answer.Answer = AnswerHold.Next(answer.Answer, answer.Probabilities, time);
        }

        (answer.IsNew, answer.Time) = (false, time);
    }

    private void ReadBoth(TrackAnswer answer)
    {
        Read(answer, isMirrored: false);
        Read(answer, isMirrored: true);
        answer.IsMirroredNext = false;
        ComputeMean(answer);
    }

    private void ReadInTurn(TrackAnswer answer)
    {
        Read(answer, answer.IsMirroredNext);
        answer.IsMirroredNext = !answer.IsMirroredNext;
        ComputeMean(answer);
        if (ScoreSmoother.Difference(answer.Probabilities, _probabilities) <= MaxTurnDifference) return;
        Read(answer, answer.IsMirroredNext);
        ComputeMean(answer);
    }

    private void Read(TrackAnswer answer, bool isMirrored) =>
        _classifier.Network.RunView(_crop, 1, isMirrored, isMirrored ? answer.MirroredOutputs : answer.Outputs);

    private void ComputeMean(TrackAnswer answer)
    {
        for (int i = 0; i < _outputs.Length; i++) _outputs[i] = (answer.Outputs[i] + answer.MirroredOutputs[i]) / 2;
        _classifier.ToProbabilities(_outputs, _probabilities);
    }
}
