using System.Globalization;
using MicroExpNet.Video;
using Spectre.Console;

namespace MicroExpNet.Cli.Video;

/// <summary>The faces of a film, a row each, for a person to read.</summary>
internal static class TrackTable
{
    // Longer tables are cut: brief tracks are of little interest there.
    private const int MaxRows = 20;

    private static readonly string[] Columns = ["face", "seen", "frames", "expressions", "changes"];

    /// <summary>Writes the table: longest seen first.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="tracks">The faces.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<TrackSummary> tracks)
    {
        Grid grid = new();
        foreach (string _ in Columns) grid.AddColumn(new GridColumn().NoWrap());
        grid.AddRow([.. Columns.Select(name => new Text(name, new Style(decoration: Decoration.Bold)))]);
        foreach (TrackSummary track in tracks.OrderByDescending(track => track.Frames).ThenBy(track => track.Track).Take(MaxRows))
        {
            // As texts: a class's name may look like markup.
            grid.AddRow(
                new Text(track.Track.ToString(CultureInfo.InvariantCulture)),
                new Text($"{Clock(track.First)} to {Clock(track.Last)}"),
                new Text(track.Frames.ToString("N0", CultureInfo.InvariantCulture)),
                new Text(Shares(track)),
                new Text(track.Changes.ToString("N0", CultureInfo.InvariantCulture)));
        }

        console.Write(grid);
        if (tracks.Count > MaxRows) console.Write(new Text($"and {tracks.Count - MaxRows:N0} more, seen more briefly\n"));
    }

    /// <summary>A time as minutes and seconds.</summary>
    public static string Clock(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00}.{time.Milliseconds / 100}");

    private static string Shares(TrackSummary track) => string.Join(
        ", ",
        track.Labels
            .Select((label, i) => (label, share: track.Shares[i]))
            .Where(one => one.share >= 0.05)
            .OrderByDescending(one => one.share)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{Message.OneLine(one.label)} {one.share:0%}")));
}
