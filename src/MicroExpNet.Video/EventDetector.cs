using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>
/// Finds the intervals in which expressions, or classes of the model's own, hold, frame by frame. Each face has at most one event at a
/// time: one begins at <see cref="EventOptions.Enter"/> and ends below <see cref="EventOptions.Leave"/>, or when another expression begins.
/// </summary>
public sealed class EventDetector
{
    private readonly EventOptions _options;
    private readonly Dictionary<int, OpenEvent> _open = [];
    private readonly List<ExpressionEvent> _ended = [];
    private readonly FrameSequence _sequence = new();
    private TimeSpan? _last;

    /// <summary>Creates a detector of events.</summary>
    /// <param name="options">When an expression counts; the defaults if absent.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public EventDetector(EventOptions? options = null)
    {
        _options = options ?? new EventOptions();
        _options.Check();
    }

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The frame; its time is not before the last one's.</param>
    /// <returns>The events that ended before it, in the order of their starts; overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">Its faces are missing, one has no scores or other classes than those before, or its time is
    /// before the last one's.</exception>
    public IReadOnlyList<ExpressionEvent> Add(VideoFrameResult frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _sequence.Take(frame, nameof(frame));
        _ended.Clear();
        foreach (VideoFace face in frame.Faces)
        {
            if (_open.TryGetValue(face.Track, out OpenEvent? open))
            {
                // A face seen in two frames that follow each other was not away between them, however far apart they are.
                TimeSpan maxGap = open.LastSeen == _last ? TimeSpan.MaxValue : _options.MaxGap;
                open.Extend(frame.Time, maxGap);
                if (!open.Holds(face.Scores, _options.Leave, frame.Time, maxGap) || Begins(face.Scores, open.Class))
                {
                    End(face.Track, open);
                }
                else open.Add(face.Scores, frame.Time);
            }

            if (!_open.ContainsKey(face.Track) && face.Scores.TopProbability >= _options.Enter)
            {
                _open[face.Track] = new OpenEvent(face.Scores, frame.Time);
            }
        }

        foreach (OpenEvent open in _open.Values.Where(open => open.LastSeen == _last)) open.Extend(frame.Time, _options.MaxGap);
        foreach ((int track, OpenEvent open) in _open.Where(one => frame.Time - one.Value.LastSeen > _options.MaxGap).ToArray())
        {
            End(track, open);
        }
        _last = frame.Time;
        _ended.Sort(static (a, b) => (a.Start, a.Track).CompareTo((b.Start, b.Track)));
        return _ended;
    }

    /// <summary>Ends all events, after the last frame. The next frame may be another film's, by the same model.</summary>
    /// <returns>The events that had not ended, in the order of their starts; overwritten by the next call.</returns>
    public IReadOnlyList<ExpressionEvent> Complete()
    {
        _ended.Clear();
        foreach ((int track, OpenEvent open) in _open.ToArray())
        {
            if (_last is { } last) open.Extend(last, _options.MaxGap);
            End(track, open);
        }

        _last = null;
        _sequence.Restart();
        _ended.Sort(static (a, b) => (a.Start, a.Track).CompareTo((b.Start, b.Track)));
        return _ended;
    }

    private bool Begins(ClassScores scores, int other) => scores.TopIndex != other && scores.TopProbability >= _options.Enter;

    private void End(int track, OpenEvent open)
    {
        _open.Remove(track);
        if (open.End - open.Start >= _options.MinDuration) _ended.Add(open.ToEvent(track));
    }

    private sealed class OpenEvent(ClassScores first, TimeSpan start)
    {
        private double _sum = first.TopProbability;
        private int _count = 1;
        private float _peak = first.TopProbability;

        public int Class { get; } = first.TopIndex;

        public TimeSpan Start { get; } = start;

        public TimeSpan LastSeen { get; private set; } = start;

        public TimeSpan End { get; private set; } = start;

        public bool Holds(ClassScores scores, float leave, TimeSpan time, TimeSpan maxGap) =>
            scores.Probabilities[Class] >= leave && time - LastSeen <= maxGap;

        // The last frame is shown until the next one.
        public void Extend(TimeSpan next, TimeSpan maxGap)
        {
            if (next - LastSeen <= maxGap) End = next;
        }

        public void Add(ClassScores scores, TimeSpan time)
        {
            _sum += scores.Probabilities[Class];
            _count++;
            _peak = Math.Max(_peak, scores.Probabilities[Class]);
            LastSeen = time;
        }

        public ExpressionEvent ToEvent(int track) => new(track, first.Labels[Class], Start, End, (float)(_sum / _count), _peak);
    }
}
