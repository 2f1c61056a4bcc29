using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>Writes what was found in films as JSON: an array with an object for each film, and in it one for each face.</summary>
internal static class SummaryFile
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the summary.</summary>
    /// <param name="path">The file.</param>
    /// <param name="films">The films.</param>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<FilmSummary> films) => OutputFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, Options);
        json.WriteStartArray();
        foreach (FilmSummary film in films) Write(json, film);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, FilmSummary film)
    {
        json.WriteStartObject();
        json.WriteString("film", film.Events.Name);
        json.WriteNumber("width", film.Events.Info.Width);
        json.WriteNumber("height", film.Events.Info.Height);
        json.WriteString("codec", film.Events.Info.Codec);
        json.WriteNumber("duration", Seconds(film.Events.Duration));
        json.WriteNumber("frames", film.Frames);
        json.WriteNumber("faces", film.Faces);
        json.WriteBoolean("complete", film.IsComplete);
        json.WriteString("damage", film.Damage);
        json.WriteStartArray("tracks");
        foreach (TrackSummary track in film.Tracks) Write(json, track, film.Events.Events.Count(one => one.Track == track.Track));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TrackSummary track, int events)
    {
        json.WriteStartObject();
        json.WriteNumber("track", track.Track);
        json.WriteNumber("first", Seconds(track.First));
        json.WriteNumber("last", Seconds(track.Last));
        json.WriteNumber("seen", Seconds(track.Seen));
        json.WriteNumber("frames", track.Frames);
        json.WriteString("most", track.Most);
        json.WriteNumber("events", events);
        json.WriteNumber("changes", track.Changes);
        json.WriteNumber("mean_top_probability", Round(track.MeanTopProbability));
        json.WriteNumber("mean_detector_score", Round(track.MeanDetectorScore));
        WriteByName(json, "shares", track.Labels, track.Shares);
        WriteByName(json, "mean_probabilities", track.Labels, track.MeanScores);
        json.WriteStartObject("peaks");
        for (int i = 0; i < track.Labels.Length; i++)
        {
            json.WriteStartObject(track.Labels[i]);
            json.WriteNumber("probability", Round(track.Peaks[i]));
            json.WriteNumber("time", Seconds(track.PeakTimes[i]));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("transitions");
        for (int from = 0; from < track.Labels.Length; from++)
        {
            for (int to = 0; to < track.Labels.Length; to++)
            {
                if (track.Transitions[from][to] == 0) continue;
                json.WriteStartObject();
                json.WriteString("from", track.Labels[from]);
                json.WriteString("to", track.Labels[to]);
                json.WriteNumber("count", track.Transitions[from][to]);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByName(
        Utf8JsonWriter json, string name, ImmutableArray<string> labels, ImmutableArray<double> values)
    {
        json.WriteStartObject(name);
        for (int i = 0; i < values.Length; i++) json.WriteNumber(labels[i], Round(values[i]));
        json.WriteEndObject();
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static double Round(double value) => Math.Round(value, 4);
}
