using System.Globalization;
using System.Text;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>Writes events as CSV, or as subtitles that players show over the film.</summary>
internal static class EventFile
{
    private static readonly string[] Columns =
        ["film", "track", "expression", "start", "end", "duration", "mean_probability", "peak_probability"];

    private const string Csv = ".csv", WebVtt = ".vtt", SubRip = ".srt";

    /// <summary>The endings of names that say how events are written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [Csv, WebVtt, SubRip];

    /// <summary>Writes events as the file's ending says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="events">The events of each film, in the order of their starts.</param>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<(string Film, ExpressionEvent Event)> events) => OutputFile.Write(path, stream =>
    {
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (ending == Csv)
        {
            WriteCsv(stream, events);
            return;
        }

        using StreamWriter text = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        if (ending == WebVtt) text.Write("WEBVTT\n\n");
        char mark = ending == WebVtt ? '.' : ',';
        int number = 0;
        foreach ((_, ExpressionEvent one) in events)
        {
            text.WriteLine(++number);
            text.WriteLine($"{Clock(one.Start, mark)} --> {Clock(one.End, mark)}");
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"face {one.Track}: {ExpressionScores.NameOf(one.Expression)} ({one.MeanProbability:0%})"));
            text.WriteLine();
        }
    });

    private static void WriteCsv(Stream stream, IReadOnlyList<(string Film, ExpressionEvent Event)> events)
    {
        CsvRow row = new(',');
        foreach (string column in Columns) row.Append(column);
        row.WriteTo(stream);
        foreach ((string film, ExpressionEvent one) in events)
        {
            row.Append(film).Append(one.Track).Append(ExpressionScores.NameOf(one.Expression));
            row.Append(one.Start).Append(one.End).Append(one.End - one.Start);
            row.Append(one.MeanProbability).Append(one.PeakProbability).WriteTo(stream);
        }
    }

    private static string Clock(TimeSpan time, char mark) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}{mark}{time.Milliseconds:000}");
}
