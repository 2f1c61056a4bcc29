using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Video.Report;

/// <summary>
/// One self-contained HTML page about a film: it plays the film beside the timeline of every face, and needs no network. Memory is bounded
/// for each face, whatever the film's length.
/// </summary>
public sealed class VideoReport
{
    // 1,600 bins: more than a page is wide.
    private const int MaxBins = 1600;
    private const double FirstBinSeconds = 0.1;

    private readonly ImmutableArray<string> _labels;
    private readonly Dictionary<int, TimelineBins> _faces = [];
    private readonly TrackStatistics _statistics = new();
    private readonly EventDetector _detector;
    private readonly List<ExpressionEvent> _events = [];
    private TimeSpan _start;
    private TimeSpan _end;
    private long _frames;

    /// <summary>Starts a report.</summary>
    /// <param name="labels">The classes' names, as of <see cref="VideoAnalyzer.Labels"/>.</param>
    /// <param name="eventOptions">When an expression counts as an event; the defaults if absent.</param>
    /// <param name="showsFaces">Whether the page shows a small picture of each face; leave it out where faces must not be stored.</param>
    public VideoReport(ImmutableArray<string> labels, EventOptions? eventOptions = null, bool showsFaces = true)
    {
        if (labels.IsDefaultOrEmpty) throw new ArgumentException("there is no class", nameof(labels));
        _labels = labels;
        _detector = new EventDetector(eventOptions);
        Gallery = showsFaces ? new FaceGallery() : null;
    }

    /// <summary>The views of the faces; null where none are shown.</summary>
    internal FaceGallery? Gallery { get; }

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The frame, for the small pictures; one without pixels gives none.</param>
    /// <param name="result">Its faces.</param>
    public void Add(in VideoFrame frame, VideoFrameResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        _statistics.Add(result);
        _events.AddRange(_detector.Add(result));
        foreach (VideoFace face in result.Faces)
        {
            if (!_faces.TryGetValue(face.Track, out TimelineBins? bins))
            {
                _faces[face.Track] = bins = new TimelineBins(_labels.Length, MaxBins, FirstBinSeconds);
            }

            bins.Add(Math.Max(0, result.Time.TotalSeconds), face.Scores);
        }

        if (!frame.Luma.IsEmpty) Gallery?.Add(frame, result);
        if (_frames == 0) _start = result.Time;
        _end = result.Time;
        _frames++;
    }

    /// <summary>Writes the page.</summary>
    /// <param name="stream">Where to write; left open.</param>
    /// <param name="film">The film.</param>
    /// <param name="source">The address of the film for the page's player, such as a path relative to the page.</param>
    public void Write(Stream stream, VideoFile film, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(film);
        _events.AddRange(_detector.Complete());
        string page = ReadTemplate();
        int place = page.IndexOf("\"DATA\"", StringComparison.Ordinal);
        stream.Write(Encoding.UTF8.GetBytes(page[..place]));
        stream.Write(Describe(film, source));
        stream.Write(Encoding.UTF8.GetBytes(page[(place + "\"DATA\"".Length)..]));
    }

    private static string ReadTemplate()
    {
        using Stream template = typeof(VideoReport).Assembly.GetManifestResourceStream("report.html")
            ?? throw new InvalidOperationException("the report's page is not embedded");
        using StreamReader reader = new(template, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    // The default encoder escapes < and >, so a film's name cannot end the page's script.
    private ReadOnlySpan<byte> Describe(VideoFile film, string source)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("film", Path.GetFileName(film.Path));
            json.WriteString("source", source);
            json.WriteString("codec", film.Info.Codec);
            json.WriteNumber("width", film.Info.Width);
            json.WriteNumber("height", film.Info.Height);
            json.WriteNumber("duration", Math.Round(Math.Max(_end.TotalSeconds, film.Info.Duration?.TotalSeconds ?? 0), 3));
            json.WriteNumber("start", Math.Max(0, Math.Ceiling(_start.TotalMilliseconds) / 1000));
            json.WriteNumber("frames", _frames);
            json.WriteStartArray("names");
            foreach (string label in _labels) json.WriteStringValue(label);
            json.WriteEndArray();
            json.WriteStartArray("colors");
            foreach (SKColor color in AnnotationPalette.Of(_labels))
            {
                json.WriteStringValue($"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}");
            }

            json.WriteEndArray();
            json.WriteStartArray("tracks");
            foreach (TrackSummary track in _statistics.Complete()) Write(json, track, _faces[track.Track]);
            json.WriteEndArray();
            json.WriteStartArray("events");
            foreach (ExpressionEvent one in _events.OrderBy(one => one.Start)) Write(json, one);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private void Write(Utf8JsonWriter json, TrackSummary track, TimelineBins bins)
    {
        json.WriteStartObject();
        json.WriteNumber("track", track.Track);
        json.WriteNumber("first", Math.Round(track.First.TotalSeconds, 3));
        json.WriteNumber("last", Math.Round(track.Last.TotalSeconds, 3));
        json.WriteNumber("frames", track.Frames);
        json.WriteNumber("changes", track.Changes);
        json.WriteStartArray("shares");
        foreach (double share in track.Shares) json.WriteNumberValue(Math.Round(share, 4));
        json.WriteEndArray();
        if (Gallery?.PictureOf(track.Track) is { Length: > 0 } picture) json.WriteBase64String("face", picture);
        else json.WriteNull("face");
        json.WriteNumber("step", bins.Width);

        // Percent, for a page of a few hundred kilobytes.
        json.WriteStartArray("bins");
        for (int bin = 0; bin < bins.Count; bin++)
        {
            if (bins.Frames(bin) == 0)
            {
                json.WriteNumberValue(0);
                continue;
            }

            json.WriteStartArray();
            for (int i = 0; i < _labels.Length; i++) json.WriteNumberValue((int)MathF.Round(bins.Mean(bin, i) * 100));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, ExpressionEvent one)
    {
        json.WriteStartObject();
        json.WriteNumber("track", one.Track);
        json.WriteNumber("expression", _labels.IndexOf(one.Expression));
        json.WriteNumber("start", Math.Round(one.Start.TotalSeconds, 3));
        json.WriteNumber("end", Math.Round(one.End.TotalSeconds, 3));
        json.WriteNumber("mean", Math.Round(one.MeanProbability, 3));
        json.WriteEndObject();
    }
}
