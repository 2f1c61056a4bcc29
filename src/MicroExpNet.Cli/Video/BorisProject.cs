using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>
/// Writes events as a project of BORIS, a program for the observation of behaviour (Friard and Gamba, Methods in Ecology and Evolution
/// 2016): project format 7.0, JSON. It is opened as it is, or its observations are imported into another project. A film is an observation,
/// a face a subject, an expression a state, whose start and end are an event each.
/// </summary>
internal static class BorisProject
{
    private const int Players = 8;

    // The key of each behaviour while a person codes; further ones have none.
    private const string Keys = "123456789abcdefghijklmnopqrstuvwxyz";
    private const string DateFormat = "yyyy-MM-ddTHH:mm:ss";

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the project.</summary>
    /// <param name="stream">Where to write; left open.</param>
    /// <param name="films">The events of each film.</param>
    /// <param name="name">The project's name.</param>
    public static void Write(Stream stream, IReadOnlyList<FilmEvents> films, string name)
    {
        using Utf8JsonWriter json = new(stream, Options);
        json.WriteStartObject();
        json.WriteString("time_format", "hh:mm:ss");
        json.WriteString("project_date", DateTime.Now.ToString(DateFormat, CultureInfo.InvariantCulture));
        json.WriteString("project_name", name);
        json.WriteString("project_description", "Facial expressions that mexp video recognised.");
        json.WriteString("project_format_version", "7.0");
        WriteSubjects(json, films.SelectMany(film => film.Tracks).Distinct().Order());
        Dictionary<string, string> codes = Codes(films.Count == 0 ? [] : films[0].Labels);
        WriteBehaviors(json, [.. codes.Values]);
        json.WriteStartObject("observations");
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (FilmEvents film in films)
        {
            string stem = Path.GetFileNameWithoutExtension(film.Path), id = stem;
            for (int i = 2; !taken.Add(id); i++) id = $"{stem}-{i}";
            WriteObservation(json, film, id, codes);
        }

        json.WriteEndObject();
        WriteEmpty(json, "behavioral_categories", "behaviors_coding_map");
        foreach (string unused in new[] { "behavioral_categories_config", "independent_variables", "coding_map", "converters" })
        {
            json.WriteStartObject(unused);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSubjects(Utf8JsonWriter json, IEnumerable<int> tracks)
    {
        json.WriteStartObject("subjects_conf");
        foreach ((int index, int track) in tracks.Index())
        {
            json.WriteStartObject(index.ToString(CultureInfo.InvariantCulture));
            json.WriteString("key", "");
            json.WriteString("name", FilmEvents.FaceName(track));
            json.WriteString("description", "");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // Behaviours' codes by the classes' names: BORIS parts lists of codes at commas, and texts at bars.
    private static Dictionary<string, string> Codes(IReadOnlyList<string> labels)
    {
        Dictionary<string, string> codes = new(StringComparer.Ordinal);
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (string label in labels)
        {
            string code = Message.OneLine(label).Replace(',', ';').Replace('|', '/').Trim(), unique = code;
            for (int i = 2; !taken.Add(unique); i++) unique = $"{code} {i}";
            codes[label] = unique;
        }

        return codes;
    }

    private static void WriteBehaviors(Utf8JsonWriter json, IReadOnlyList<string> codes)
    {
        json.WriteStartObject("behaviors_conf");
        foreach ((int index, string expression) in codes.Index())
        {
            // A face shows one expression at a time.
            string others = string.Join(',', codes.Where(other => other != expression));
            json.WriteStartObject(index.ToString(CultureInfo.InvariantCulture));
            json.WriteString("type", "State event");
            json.WriteString("key", index < Keys.Length ? Keys[index].ToString() : "");
            json.WriteString("code", expression);
            json.WriteString("description", "");
            json.WriteString("color", "");
            json.WriteString("category", "");
            json.WriteString("modifiers", "");
            json.WriteString("excluded", others);
            json.WriteString("coding map", "");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteObservation(
        Utf8JsonWriter json, FilmEvents film, string id, Dictionary<string, string> codes)
    {
        string media = Path.GetFullPath(film.Path);
        json.WriteStartObject(id);
        json.WriteStartObject("file");
        for (int player = 1; player <= Players; player++)
        {
            json.WriteStartArray(player.ToString(CultureInfo.InvariantCulture));
            if (player == 1) json.WriteStringValue(media);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteString("type", "MEDIA");
        json.WriteString("date", DateTime.Now.ToString(DateFormat, CultureInfo.InvariantCulture));
        json.WriteString("description", "");
        json.WriteNumber("time offset", 0.0);
        WriteEvents(json, film, codes);
        json.WriteStartArray("observation time interval");
        json.WriteNumberValue(0);
        json.WriteNumberValue(0);
        json.WriteEndArray();
        json.WriteStartObject("independent_variables");
        json.WriteEndObject();
        json.WriteBoolean("visualize_spectrogram", false);
        json.WriteBoolean("visualize_waveform", false);
        json.WriteBoolean("close_behaviors_between_videos", false);
        json.WriteStartObject("media_info");
        WriteOf(json, "length", media, () => json.WriteNumberValue(Seconds(film.Duration)));
        WriteOf(json, "fps", media, () => json.WriteNumberValue(Math.Round(film.Info.FrameRate ?? 25, 3)));
        WriteOf(json, "hasVideo", media, () => json.WriteBooleanValue(true));
        WriteOf(json, "hasAudio", media, () => json.WriteBooleanValue(film.Info.HasAudio));
        WriteOf(json, "offset", "1", () => json.WriteNumberValue(0.0));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // [time, subject, behaviour, modifiers, comment, frame], in the order of time; where one state ends as the next begins, its end first.
    private static void WriteEvents(Utf8JsonWriter json, FilmEvents film, Dictionary<string, string> codes)
    {
        json.WriteStartArray("events");
        foreach ((TimeSpan time, bool isStart, ExpressionEvent one) in film.Events
            .SelectMany(one => new[] { (Time: one.Start, IsStart: true, Event: one), (Time: one.End, IsStart: false, Event: one) })
            .OrderBy(mark => mark.Time).ThenBy(mark => mark.IsStart).ThenBy(mark => mark.Event.Track))
        {
            json.WriteStartArray();
            json.WriteNumberValue(Seconds(time));
            json.WriteStringValue(FilmEvents.FaceName(one.Track));
            json.WriteStringValue(codes[one.Expression]);
            json.WriteStringValue("");
            json.WriteStringValue(
                isStart ? string.Create(CultureInfo.InvariantCulture, $"mean probability {one.MeanProbability:0.00}") : "");
            json.WriteStringValue("NA");
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteOf(Utf8JsonWriter json, string name, string key, Action writeValue)
    {
        json.WriteStartObject(name);
        json.WritePropertyName(key);
        writeValue();
        json.WriteEndObject();
    }

    private static void WriteEmpty(Utf8JsonWriter json, params string[] names)
    {
        foreach (string name in names)
        {
            json.WriteStartArray(name);
            json.WriteEndArray();
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
