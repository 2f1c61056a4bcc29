using System.Runtime.InteropServices;
using MicroExpNet.Detection;

namespace MicroExpNet.Vision;

/// <summary>
/// Tracks the faces of a video. In every frame each face is searched for near its last box. At an interval the frame is searched for
/// faces that are not tracked yet: quickly, for larger ones, two times of three; thoroughly the third time, and when a face is not found
/// near its last box. A new face whose score is low is tentative: it is measured anew in each frame until the frames together confirm it.
/// </summary>
/// <param name="detector">Finds the faces.</param>
/// <param name="interval">From one search for new faces to the next; zero for a thorough search of every frame.</param>
/// <param name="maxGap">A face that is found again where it was, within this time, keeps its number.</param>
/// <param name="confirms">Whether there are tentative faces; otherwise each is confirmed when it is found.</param>
internal sealed class FaceTracker(FaceDetector detector, TimeSpan interval, TimeSpan maxGap, bool confirms)
{
    // IoU of a face with its expected box, at least: a face moved along a row by half its side has a third.
    private const double MinContinuity = 0.25;

    // IoU above which two tracks follow one face,
    private const double SameFaceOverlap = 0.4;

    // and intersection over the smaller box above which they do.
    private const double InnerOverlap = 0.75;

    // A new track's box is measured again until it stays, at most so often: the next frames then find the same box.
    private const int MaxSettling = 4;

    // A face that was away for longer than this may have moved: its centre by so much of its side, its size by this factor.
    private const int MaxFramesInPlace = 10;
    private const double MaxDrift = 0.75, MaxGrowth = 1.6;

    private const int MaxFaces = 64;

    // Frames farther apart would report a tentative face too late: there, and in the first frame, each is confirmed at once.
    private static readonly TimeSpan MaxConfirmingTime = TimeSpan.FromSeconds(0.2);

    // Without a face to follow there is time to search.
    private static readonly TimeSpan MaxIntervalWithoutFace = TimeSpan.FromSeconds(0.2);

    // Times of frames are rounded, to a millisecond in some containers.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(2);

    // A quick search misses small faces, and a few others: those are found so many intervals later at most.
    private const int ThoroughIntervals = 3;

    private readonly CutDetector _cuts = new();
    private readonly RejectedCandidates _rejected = new();
    private readonly List<FaceTrack> _tracks = [];
    private readonly DetectedFace[] _found = new DetectedFace[MaxFaces];
    private readonly bool[] _isMatched = new bool[MaxFaces];
    private readonly List<FaceBox> _known = [];
    private int _lastNumber;
    private int _lastTentative;
    private long _frame;

    // The times of the last frame, of the last search and of the last thorough one; null before the first.
    private TimeSpan? _lastFrame, _lastSearch, _lastThorough;
    private (int Width, int Height) _size;

    /// <summary>The number of the current frame, 1 or more.</summary>
    public long Frame => _frame;

    /// <summary>The tracks that have not ended, tentative ones among them; <see cref="FaceTrack.LastSeen"/> tells those of the current
    /// frame.</summary>
    public List<FaceTrack> Tracks => _tracks;

    /// <summary>Ends all tracks, as before the first frame of another video. Their numbers are not used again.</summary>
    public void Reset()
    {
        _tracks.Clear();
        _cuts.Reset();
        _rejected.Clear();
        (_lastFrame, _lastSearch, _lastThorough) = (null, null, null);
    }

    /// <summary>Goes on to the next frame.</summary>
    /// <param name="frame">The grey frame.</param>
    /// <param name="time">Its time.</param>
    public void Advance(ImageView frame, TimeSpan time)
    {
        if (_size != (frame.Width, frame.Height)) Reset();
        if (_cuts.IsCut(frame)) EndAll();
        _size = (frame.Width, frame.Height);

        // A face that was away for too long is another one, also where frames are sparse.
        for (int i = _tracks.Count - 1; i >= 0; i--)
        {
            if (_tracks[i].LastSeen < _frame && time - _tracks[i].LastTime > maxGap) _tracks.RemoveAt(i);
        }

        _frame++;
        bool lost = Follow(frame);
        TimeSpan due = interval > MaxIntervalWithoutFace && !IsFollowing() ? MaxIntervalWithoutFace : interval;
        bool isThorough = lost || interval == TimeSpan.Zero || IsDue(_lastThorough, ThoroughIntervals * due, time);
        if (isThorough || IsDue(_lastSearch, due, time))
        {
            _lastSearch = time;
            if (isThorough) _lastThorough = time;
            Match(frame, isThorough ? detector.Detect(frame, known: [], isQuick: false, _rejected, _found) : DetectNew(frame));
            ResolveDuplicates();
        }

        bool isConfirming = confirms && time - _lastFrame < MaxConfirmingTime;
        _lastFrame = time;
        foreach (FaceTrack track in _tracks)
        {
            if (track.LastSeen == _frame) See(track, frame, time, isConfirming);
        }

        for (int i = _tracks.Count - 1; i >= 0; i--)
        {
            // A track that lost its face to another one in its first frame was never seen.
            if (time - _tracks[i].LastTime > maxGap || _tracks[i].LastSeen < _tracks[i].FirstSeen) _tracks.RemoveAt(i);
        }
    }

    /// <summary>Writes the state after a frame.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(_lastNumber);
        writer.Write(_lastTentative);
        writer.Write(_frame);
        Write(writer, _lastFrame);
        Write(writer, _lastSearch);
        Write(writer, _lastThorough);
        writer.Write(_size.Width);
        writer.Write(_size.Height);
        _cuts.WriteTo(writer);
        _rejected.WriteTo(writer);
        writer.Write(_tracks.Count);
        foreach (FaceTrack track in _tracks) track.WriteTo(writer);
    }

    /// <summary>Goes on from a state that was written.</summary>
    public void ReadFrom(BinaryReader reader)
    {
        _lastNumber = reader.ReadInt32();
        _lastTentative = reader.ReadInt32();
        _frame = reader.ReadInt64();
        (_lastFrame, _lastSearch, _lastThorough) = (ReadTime(reader), ReadTime(reader), ReadTime(reader));
        _size = (reader.ReadInt32(), reader.ReadInt32());
        _cuts.ReadFrom(reader);
        _rejected.ReadFrom(reader);
        _tracks.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--) _tracks.Add(FaceTrack.ReadFrom(reader));
    }

    private static bool IsDue(TimeSpan? last, TimeSpan interval, TimeSpan time) =>
        last is not { } then || time - then >= interval - Rounding;

    private static void Write(BinaryWriter writer, TimeSpan? time)
    {
        writer.Write(time.HasValue);
        if (time is { } known) writer.Write(known.Ticks);
    }

    private static TimeSpan? ReadTime(BinaryReader reader) => reader.ReadBoolean() ? TimeSpan.FromTicks(reader.ReadInt64()) : null;

    private void See(FaceTrack track, ImageView frame, TimeSpan time, bool isConfirming)
    {
        track.See(time);
        if (!isConfirming) track.Confirm();
        else if (!track.IsConfirmed && track.FirstSeen < _frame) track.AddEvidence(detector.ComputeLogit(frame, track.Face));
        if (track.IsConfirmed && track.Number < 0) track.Number = ++_lastNumber;
    }

    private bool IsFollowing()
    {
        foreach (FaceTrack track in _tracks)
        {
            if (track.LastSeen == _frame) return true;
        }

        return false;
    }

    private int DetectNew(ImageView frame)
    {
        _known.Clear();
        foreach (FaceTrack track in _tracks)
        {
            if (track.LastSeen == _frame) _known.Add(track.Face.Box);
        }

        return detector.Detect(frame, CollectionsMarshal.AsSpan(_known), isQuick: true, _rejected, _found);
    }

    // Whether a face of the last frame is not found near its expected box.
    private bool Follow(ImageView frame)
    {
        bool lost = false;
        foreach (FaceTrack track in _tracks)
        {
            if (track.LastSeen != _frame - 1) continue;
            FaceBox expected = track.Expected(_frame);
            bool found = detector.TryDetectNear(frame, expected, out DetectedFace face)
                && face.Box.IntersectionOverUnion(expected) >= MinContinuity;
            if (found) track.Follow(face, _frame);
            else lost = true;
        }

        return ResolveDuplicates() || lost;
    }

    // Pairs the faces of the whole frame with tracks, greatest overlap first. A face without a track starts one.
    private void Match(ImageView frame, int found)
    {
        Array.Clear(_isMatched);
        while (ClosestPair(found) is (int index, FaceTrack track))
        {
            _isMatched[index] = true;
            track.Match(_found[index], _frame);
        }

        for (int i = 0; i < found; i++)
        {
            if (_isMatched[i]) continue;
            FaceTrack track = new() { Number = --_lastTentative };
            track.Start(_found[i], _frame);
            Settle(frame, track);
            _tracks.Add(track);
        }
    }

    // A search near the box measures it in another way than a search of the whole frame.
    private void Settle(ImageView frame, FaceTrack track)
    {
        for (int i = 0; i < MaxSettling; i++)
        {
            FaceBox box = track.Face.Box;
            if (!detector.TryDetectNear(frame, box, out DetectedFace face) || face.Box.IntersectionOverUnion(box) < MinContinuity) return;
            track.Settle(BoxStabilizer.Steady(track.Face, face));
            if (track.Face.Box == box) return;
        }
    }

    private void EndAll()
    {
        _tracks.Clear();
        _rejected.Clear();
        (_lastSearch, _lastThorough) = (null, null);
    }

    private (int Index, FaceTrack Track)? ClosestPair(int found)
    {
        (double highest, int index, FaceTrack? closest) = (MinContinuity, 0, null);
        foreach (FaceTrack track in _tracks)
        {
            if (track.LastMatched == _frame) continue;
            for (int i = 0; i < found; i++)
            {
                double overlap = _isMatched[i] ? 0 : Likeness(track, _found[i].Box);
                if (overlap > highest) (highest, index, closest) = (overlap, i, track);
            }
        }

        return closest is null ? null : (index, closest);
    }

    // IoU; of a face that was away for long, a plausible place and size count as barely enough.
    private double Likeness(FaceTrack track, FaceBox found)
    {
        FaceBox expected = track.Expected(_frame);
        double overlap = found.IntersectionOverUnion(expected);
        if (overlap > MinContinuity || _frame - track.LastSeen <= MaxFramesInPlace) return overlap;
        double side = Math.Max(expected.Width, found.Width), growth = side / Math.Max(1, Math.Min(expected.Width, found.Width));
        double x = expected.X + (expected.Width / 2.0) - found.X - (found.Width / 2.0);
        double y = expected.Y + (expected.Height / 2.0) - found.Y - (found.Height / 2.0);
        double drift = Math.Max(Math.Abs(x), Math.Abs(y)) / side;
        return drift <= MaxDrift && growth <= MaxGrowth ? MinContinuity + ((MaxDrift - drift) * 1e-3) + 1e-6 : overlap;
    }

    // Of two tracks that follow one face, one keeps it. Returns whether there were such.
    private bool ResolveDuplicates()
    {
        bool any = false;
        for (int i = 0; i < _tracks.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                FaceTrack one = _tracks[i], other = _tracks[j];
                if (one.LastSeen != _frame || other.LastSeen != _frame || !AreSameFace(one.Face.Box, other.Face.Box)) continue;
                Weaker(one, other).Lose(_frame);
                any = true;
            }
        }

        return any;
    }

    // A confirmed track keeps its face before a tentative one. Of two older tracks, the one nearer to its expected box keeps it; of an
    // older and a new one, the one with the higher score.
    private FaceTrack Weaker(FaceTrack one, FaceTrack other)
    {
        if (one.IsConfirmed != other.IsConfirmed) return one.IsConfirmed ? other : one;
        bool isAnyNew = one.FirstSeen == _frame || other.FirstSeen == _frame;
        return (isAnyNew ? one.Face.Score < other.Face.Score : one.Continuity < other.Continuity) ? one : other;
    }

    private static bool AreSameFace(FaceBox one, FaceBox other)
    {
        double overlap = one.IntersectionOverUnion(other), intersection = overlap / (1 + overlap) * (one.Area + other.Area);
        return overlap > SameFaceOverlap || intersection > InnerOverlap * Math.Min(one.Area, other.Area);
    }
}
