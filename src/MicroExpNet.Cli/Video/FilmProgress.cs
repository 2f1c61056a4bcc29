using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>The live line of a run: how far it is, how fast, and how long it takes yet.</summary>
/// <param name="terminal">Shows it.</param>
/// <param name="films">The number of films.</param>
internal sealed class FilmProgress(Terminal terminal, int films)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private long _frames;
    private int _done;

    /// <summary>Counts a frame that was recognised of one film among several, or shows where the only one is.</summary>
    /// <param name="film">The film.</param>
    /// <param name="file">The same, open.</param>
    /// <param name="time">The frame's time.</param>
    /// <param name="start">When the film was started.</param>
    /// <param name="replayed">Frames of the film that an earlier run had done, and the time of the last of them.</param>
    public void Add(FilmInput film, VideoFile file, TimeSpan time, long start, (long Frames, TimeSpan Time) replayed)
    {
        lock (_lock)
        {
            _frames++;
            terminal.Status.Update(() => films == 1
                ? OfOne(film, file.Info, file.Options, time, Stopwatch.GetElapsedTime(start), replayed)
                : OfMany(Stopwatch.GetElapsedTime(_start)));
        }
    }

    /// <summary>Counts a film that is done.</summary>
    public void EndFilm()
    {
        lock (_lock) _done++;
    }

    private string OfOne(
        FilmInput film, VideoInfo info, VideoFileOptions options, TimeSpan time, TimeSpan elapsed, (long Frames, TimeSpan Time) replayed)
    {
        TimeSpan? end = options.To is { } to && (info.Duration is null || to < info.Duration) ? to : info.Duration;
        double speed = (time - (replayed.Frames > 0 ? replayed.Time : options.From)) / elapsed;
        string left = end is { } known && speed > 0 ? $", {TrackTable.Clock((known - time) / speed)} left" : "";
        string of = end is { } whole ? $" of {TrackTable.Clock(whole)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(film.Spoken)}: {TrackTable.Clock(time)}{of}, {_frames / elapsed.TotalSeconds:N0} frames/s, " +
                $"{speed:0.#} times real time{left}");
    }

    private string OfMany(TimeSpan elapsed)
    {
        string left = _done == 0 ? "" : $", {TrackTable.Clock(elapsed / _done * (films - _done))} left";
        return string.Create(
            CultureInfo.InvariantCulture, $"{_done:N0} of {films:N0} films, {_frames / elapsed.TotalSeconds:N0} frames/s{left}");
    }
}
