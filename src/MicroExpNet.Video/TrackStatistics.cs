using System.Collections.Immutable;
using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>Summarises the faces of a film, frame by frame; memory grows with the number of tracks alone.</summary>
public sealed class TrackStatistics
{
    // A frame stands for the time to the next one, but no longer than this: a face may be away.
    private static readonly TimeSpan MaxFrameTime = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<int, Sums> _tracks = [];
    private readonly FrameSequence _sequence = new();
    private VideoFrameResult? _before;
    private TimeSpan _frameTime = TimeSpan.FromSeconds(0.04);

    /// <summary>The number of tracks so far.</summary>
    public int Count => _tracks.Count;

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The frame; its time is not before the last one's.</param>
    /// <exception cref="ArgumentException">Its faces are missing, one has no scores or other classes than those before, or its time is
    /// before the last one's.</exception>
    public void Add(VideoFrameResult frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _sequence.Take(frame, nameof(frame));
        if (_before is { } before)
        {
            TimeSpan shown = frame.Time - before.Time;
            _frameTime = shown < MaxFrameTime ? shown : MaxFrameTime;
            AddTime(before);
        }

        foreach (VideoFace face in frame.Faces)
        {
            if (!_tracks.TryGetValue(face.Track, out Sums? sums)) _tracks[face.Track] = sums = new Sums(face.Scores.Labels, frame.Time);
            sums.Add(face, frame.Time);
        }

        _before = frame;
    }

    /// <summary>The summaries of all tracks, in the order of their numbers. The last frame counts for as long as the one before
    /// it.</summary>
    public IReadOnlyList<TrackSummary> Complete()
    {
        if (_before is { } before) AddTime(before);
        _before = null;
        _sequence.Restart();
        return [.. _tracks.Select(track => track.Value.ToSummary(track.Key))];
    }

    private void AddTime(VideoFrameResult frame)
    {
        foreach (VideoFace face in frame.Faces) _tracks[face.Track].AddTime(face.TopIndex, _frameTime);
    }

    private sealed class Sums(ImmutableArray<string> labels, TimeSpan first)
    {
        private readonly double[] _scores = new double[labels.Length];
        private readonly double[] _seconds = new double[labels.Length];
        private readonly double[] _peaks = new double[labels.Length];
        private readonly TimeSpan[] _peakTimes = new TimeSpan[labels.Length];
        private readonly Dictionary<(int From, int To), int> _transitions = [];
        private double _topProbability;
        private double _detectorScore;
        private int? _top;
        private TimeSpan _last;
        private int _frames;

        public void Add(in VideoFace face, TimeSpan time)
        {
            ReadOnlySpan<float> probabilities = face.Scores.Probabilities;
            for (int i = 0; i < _scores.Length; i++)
            {
                float probability = probabilities[i];
                _scores[i] += probability;
                if (probability > _peaks[i]) (_peaks[i], _peakTimes[i]) = (probability, time);
            }

            int now = face.TopIndex;
            if (_top is { } top && top != now) _transitions[(top, now)] = _transitions.GetValueOrDefault((top, now)) + 1;
            _top = now;
            _topProbability += face.Scores.TopProbability;
            _detectorScore += face.Face.Score;
            _frames++;
            _last = time;
        }

        public void AddTime(int top, TimeSpan time) => _seconds[top] += time.TotalSeconds;

        public TrackSummary ToSummary(int track)
        {
            double seconds = _seconds.Sum();
            ImmutableArray<double> shares = seconds > 0
                ? [.. _seconds.Select(value => value / seconds)]
                : [.. Enumerable.Range(0, _seconds.Length).Select(i => _top == i ? 1.0 : 0.0)];
            return new TrackSummary(
                track, labels, first, _last, TimeSpan.FromSeconds(seconds), _frames, [.. _scores.Select(value => value / _frames)], shares,
                [.. _peaks], [.. _peakTimes], [.. labels.Select((_, from) => TransitionsFrom(from))],
                _topProbability / _frames, _detectorScore / _frames);
        }

        private ImmutableArray<int> TransitionsFrom(int from) =>
            [.. labels.Select((_, to) => _transitions.GetValueOrDefault((from, to)))];
    }
}
