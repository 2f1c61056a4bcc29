using System.Collections.Immutable;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>The events of one film.</summary>
/// <param name="Name">The film, as the user named it.</param>
/// <param name="Path">Its file.</param>
/// <param name="Info">What its container says.</param>
/// <param name="Labels">The model's classes.</param>
/// <param name="End">The time of its last frame.</param>
/// <param name="Events">Its events, in the order of their starts.</param>
internal sealed record FilmEvents(
    string Name, string Path, VideoInfo Info, ImmutableArray<string> Labels, TimeSpan End, IReadOnlyList<ExpressionEvent> Events)
{
    /// <summary>The film's length: what its container says, but not less than what was read.</summary>
    public TimeSpan Duration => Info.Duration is { } duration && duration > End ? duration : End;

    /// <summary>The faces that show an event, in the order of their numbers.</summary>
    public IEnumerable<int> Tracks => Events.Select(one => one.Track).Distinct().Order();

    /// <summary>What events call a face.</summary>
    public static string FaceName(int track) => $"face {track}";
}
