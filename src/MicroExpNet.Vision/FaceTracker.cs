namespace MicroExpNet.Vision;

/// <summary>
/// Follows the faces of a video. Every frame each face is looked for around its last place; the whole frame is searched at an interval,
/// and whenever a face is not where it was.
/// </summary>
/// <param name="detector">Finds the faces.</param>
/// <param name="interval">Frames from one search of the whole frame to the next.</param>
internal sealed class FaceTracker(FaceDetector detector, int interval)
{
    // What a face must share with where it was expected: one that is half its side off along a row shares a third.
    private const double LeastContinuity = 0.25;

    // Two tracks follow one face if they share so much of what both cover, or so much of the smaller.
    private const double SameFace = 0.4;
    private const double InsideFace = 0.75;

    // A face that is back within so many frames, where it was, has its number again.
    private const int Memory = 10;

    private const int MaxFaces = 64;

    private readonly List<FaceTrack> _tracks = [];
    private readonly DetectedFace[] _found = new DetectedFace[MaxFaces];
    private readonly bool[] _taken = new bool[MaxFaces];
    private int _lastNumber;
    private long _frame;
    private long _lastSearch = -VideoOptions.MaxDetectionInterval;
    private (int Width, int Height) _size;

    /// <summary>The number of the current frame, 1 or more.</summary>
    public long Frame => _frame;

    /// <summary>All tracks that are not forgotten; those of the current frame are seen in it.</summary>
    public List<FaceTrack> Tracks => _tracks;

    /// <summary>Forgets all faces, as at the start of another video. Numbers go on.</summary>
    public void Reset()
    {
        _tracks.Clear();
        _lastSearch = _frame - VideoOptions.MaxDetectionInterval;
    }

    /// <summary>Goes on to the next frame.</summary>
    /// <param name="pixels">Grey values, <c>[height, width]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    public void Advance(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        if (_size != (width, height)) Reset();
        _size = (width, height);
        _frame++;
        bool lost = Follow(pixels, width, height, stride);
        if (lost || _frame - _lastSearch >= interval)
        {
            _lastSearch = _frame;
            Match(detector.Detect(pixels, width, height, stride, _found));
            DropDoubles();
        }

        for (int i = _tracks.Count - 1; i >= 0; i--)
        {
            // One that was new and lost its face to another at once never was a track.
            if (_frame - _tracks[i].LastSeen > Memory || _tracks[i].LastSeen < _tracks[i].FirstSeen) _tracks.RemoveAt(i);
        }
    }

    // Whether a face of the frame before is not to be seen where it was.
    private bool Follow(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        bool lost = false;
        foreach (FaceTrack track in _tracks)
        {
            if (track.LastSeen != _frame - 1) continue;
            FaceBox expected = track.Expected(_frame);
            bool found = detector.TryDetectNear(pixels, width, height, stride, expected, out DetectedFace face) && face.Box.IntersectionOverUnion(expected) >= LeastContinuity;
            if (found) track.Follow(face, _frame);
            else lost = true;
        }

        return DropDoubles() || lost;
    }

    // Pairs the faces of the whole frame with tracks, those that share most first; a face without a track begins one.
    private void Match(int found)
    {
        Array.Clear(_taken);
        while (ClosestPair(found) is (int index, FaceTrack track))
        {
            _taken[index] = true;
            track.Match(_found[index], _frame);
        }

        for (int i = 0; i < found; i++)
        {
            if (_taken[i]) continue;
            FaceTrack track = new(++_lastNumber);
            track.Begin(_found[i], _frame);
            _tracks.Add(track);
        }
    }

    private (int Index, FaceTrack Track)? ClosestPair(int found)
    {
        (double most, int index, FaceTrack? closest) = (LeastContinuity, 0, null);
        foreach (FaceTrack track in _tracks)
        {
            if (track.LastMatched == _frame) continue;
            for (int i = 0; i < found; i++)
            {
                double shared = _taken[i] ? 0 : _found[i].Box.IntersectionOverUnion(track.Expected(_frame));
                if (shared > most) (most, index, closest) = (shared, i, track);
            }
        }

        return closest is null ? null : (index, closest);
    }

    // Of two tracks that have come to one face, one keeps it.
    private bool DropDoubles()
    {
        bool any = false;
        for (int i = 0; i < _tracks.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (_tracks[i].LastSeen != _frame || _tracks[j].LastSeen != _frame || !AreOneFace(_tracks[i].Face.Box, _tracks[j].Face.Box)) continue;
                Weaker(_tracks[i], _tracks[j]).Lose(_frame);
                any = true;
            }
        }

        return any;
    }

    // Two that were followed there: the one that is nearer to where it was expected keeps it. One followed and one new: the surer one.
    private FaceTrack Weaker(FaceTrack one, FaceTrack other)
    {
        bool isFresh = one.FirstSeen == _frame || other.FirstSeen == _frame;
        return (isFresh ? one.Face.Score < other.Face.Score : one.Continuity < other.Continuity) ? one : other;
    }

    private static bool AreOneFace(FaceBox one, FaceBox other)
    {
        double share = one.IntersectionOverUnion(other), shared = share / (1 + share) * (one.Area + other.Area);
        return share > SameFace || shared > InsideFace * Math.Min(one.Area, other.Area);
    }
}
