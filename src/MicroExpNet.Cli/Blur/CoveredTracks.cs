using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Blur;

/// <summary>
/// Where each track's face is in every frame of a film: as it was found, on a straight line between two frames in which it was found, and
/// where it was first and last for a moment before and after.
/// </summary>
internal sealed class CoveredTracks
{
    // A face that turns or leaves is seen for a moment before it is found, or after.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(0.25);

    private readonly List<TimeSpan> _times = [];
    private readonly SortedDictionary<int, List<(int Frame, FaceBox Box)>> _tracks = [];

    /// <summary>The frames so far.</summary>
    public int Frames => _times.Count;

    /// <summary>The numbers of the tracks that were confirmed, in order: those of <c>mexp video</c>.</summary>
    public IReadOnlyCollection<int> Numbers => [.. _tracks.Keys.Where(number => number > 0)];

    /// <summary>A frame's time.</summary>
    /// <param name="frame">Its number, from 0.</param>
    public TimeSpan TimeOf(int frame) => _times[frame];

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">Its faces.</param>
    public void Add(VideoFrameResult frame)
    {
        foreach (VideoFace face in frame.Faces)
        {
            if (!_tracks.TryGetValue(face.Track, out List<(int, FaceBox)>? track)) _tracks[face.Track] = track = [];
            track.Add((Frames, face.Box));
        }

        _times.Add(frame.Time);
    }

    /// <summary>A frame's faces of tracks that are not kept.</summary>
    /// <param name="frame">The frame's number, from 0.</param>
    /// <param name="kept">The numbers of the tracks that are kept.</param>
    public List<FaceBox> CoveredIn(int frame, IReadOnlyCollection<int> kept) =>
        [.. _tracks.Where(track => !kept.Contains(track.Key)).Select(track => BoxIn(track.Value, frame)).OfType<FaceBox>()];

    /// <summary>A frame's faces of tracks that are kept, where they were found in this very frame: another face in their place is
    /// covered.</summary>
    /// <param name="frame">The frame's number, from 0.</param>
    /// <param name="kept">The numbers of the tracks that are kept.</param>
    public List<FaceBox> KeptIn(int frame, IReadOnlyCollection<int> kept) =>
        [.. _tracks.Where(track => kept.Contains(track.Key)).SelectMany(track => FoundIn(track.Value, frame))];

    private static IEnumerable<FaceBox> FoundIn(List<(int Frame, FaceBox Box)> track, int frame)
    {
        int at = IndexOf(track, frame);
        if (at < track.Count && track[at].Frame == frame) yield return track[at].Box;
    }

    private FaceBox? BoxIn(List<(int Frame, FaceBox Box)> track, int frame)
    {
        int next = IndexOf(track, frame);
        if (next == 0) return _times[track[0].Frame] - _times[frame] <= Margin ? track[0].Box : null;
        if (next == track.Count) return _times[frame] - _times[track[^1].Frame] <= Margin ? track[^1].Box : null;
        ((int first, FaceBox before), (int last, FaceBox after)) = (track[next - 1], track[next]);
        double share = (double)(frame - first) / (last - first);
        return new FaceBox(
            Between(before.X, after.X), Between(before.Y, after.Y), Between(before.Width, after.Width),
            Between(before.Height, after.Height));

        int Between(int from, int to) => (int)Math.Round(from + ((to - from) * share));
    }

    // The first entry of this frame or a later one.
    private static int IndexOf(List<(int Frame, FaceBox Box)> track, int frame)
    {
        int low = 0, high = track.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (track[middle].Frame < frame) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
