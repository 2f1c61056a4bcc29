using System.Globalization;
using System.Text;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>Writes events: as a table, as subtitles, or for the programs in which behaviour is annotated.</summary>
internal static class EventFile
{
    private static readonly string[] Columns =
        ["film", "track", "expression", "start", "end", "duration", "mean_probability", "peak_probability"];

    private const string Csv = ".csv", WebVtt = ".vtt", SubRip = ".srt", Elan = ".eaf", Boris = ".boris";

    private static readonly string[] Endings = [Csv, WebVtt, SubRip, Elan, Boris];

    /// <summary>Makes sure that a file's name says a format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="films">The number of films.</param>
    /// <exception cref="CommandException">It does not, or its format holds the events of one film only.</exception>
    public static void Check(string path, int films)
    {
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (!Endings.Contains(ending))
        {
            throw new CommandException(ExitCode.WrongCommand, $"--events {path}: the name must end in {string.Join(", ", Endings)}");
        }

        if (films > 1 && ending is WebVtt or SubRip or Elan)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"--events {path}: {ending} holds the events of one film, not of {films}; {Csv} and {Boris} hold all");
        }
    }

    /// <summary>Writes events as the file's ending says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="style">How CSV is written.</param>
    /// <param name="films">The events of each film.</param>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static void Write(string path, CsvStyle style, IReadOnlyList<FilmEvents> films) => OutputFile.Write(path, stream =>
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case Csv:
                WriteCsv(stream, style, films);
                break;
            case Elan:
                if (films.Count > 0) ElanDocument.Write(stream, films[0], Path.GetDirectoryName(Path.GetFullPath(path))!);
                break;
            case Boris:
                BorisProject.Write(stream, films, Path.GetFileNameWithoutExtension(path));
                break;
            default:
                WriteSubtitles(
                    stream, films.SelectMany(film => film.Events),
                    isWebVtt: Path.GetExtension(path).Equals(WebVtt, StringComparison.OrdinalIgnoreCase));
                break;
        }
    });

    private static void WriteSubtitles(Stream stream, IEnumerable<ExpressionEvent> events, bool isWebVtt)
    {
        using StreamWriter text = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        if (isWebVtt) text.Write("WEBVTT\n\n");
        char mark = isWebVtt ? '.' : ',';
        int number = 0;
        foreach (ExpressionEvent one in events)
        {
            text.WriteLine(++number);
            text.WriteLine($"{Clock(one.Start, mark)} --> {Clock(one.End, mark)}");
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{FilmEvents.FaceName(one.Track)}: {Escape(Message.OneLine(one.Expression), isWebVtt)} ({one.MeanProbability:0%})"));
            text.WriteLine();
        }
    }

    // A class may be called as tags are. SubRip has no escapes: there a joiner of no width stands after the sign that starts one.
    private static string Escape(string label, bool isWebVtt) => isWebVtt
        ? label.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
        : label.Replace("<", "<\u2060", StringComparison.Ordinal).Replace("{", "{\u2060", StringComparison.Ordinal);

    private static void WriteCsv(Stream stream, CsvStyle style, IReadOnlyList<FilmEvents> films)
    {
        CsvRow row = new(style.Separator);
        if (style.ByteOrderMark) stream.Write(Encoding.UTF8.Preamble);
        foreach (string column in Columns) row.Append(column);
        row.WriteTo(stream);
        foreach (FilmEvents film in films)
        {
            foreach (ExpressionEvent one in film.Events)
            {
                row.Append(film.Name).Append(one.Track).Append(one.Expression);
                row.Append(one.Start).Append(one.End).Append(one.End - one.Start);
                row.Append(one.MeanProbability).Append(one.PeakProbability).WriteTo(stream);
            }
        }
    }

    // Rounded, as in the other forms.
    private static string Clock(TimeSpan time, char mark)
    {
        time = TimeSpan.FromMilliseconds((long)Math.Round(time.TotalMilliseconds));
        return string.Create(
            CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}{mark}{time.Milliseconds:000}");
    }
}
