using MicroExpNet.Video;
using MicroExpNet.Video.Report;

namespace MicroExpNet.Cli.Video;

/// <summary>What was found in one film.</summary>
/// <param name="Events">The film and its events.</param>
/// <param name="Tracks">Its faces.</param>
/// <param name="Timelines">The course of each face's probabilities, by its number.</param>
/// <param name="Frames">The frames that were read.</param>
/// <param name="Faces">The faces in all of them.</param>
/// <param name="IsComplete">Whether it was read to its end.</param>
/// <param name="Damage">What FFmpeg complained about; null where all is well.</param>
internal sealed record FilmSummary(
    FilmEvents Events, IReadOnlyList<TrackSummary> Tracks, IReadOnlyDictionary<int, TimelineBins> Timelines, long Frames, long Faces,
    bool IsComplete, string? Damage);
