using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using DuckDB.NET.Data;
using MicroExpNet.Tests;
using MicroExpNet.Video;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

/// <summary>
/// What <c>mexp video</c> writes is what other programs read: tables by DuckDB, subtitles by FFmpeg, documents by XML and JSON parsers.
/// </summary>
public sealed class VideoOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DuckDB_reads_the_Parquet_table_as_the_CSV()
    {
        string film = Portrait("film.mp4"), csv = _folder["faces.csv"], parquet = _folder["faces.parquet"];
        await MexpVideo(film, "-o", csv);
        await MexpVideo(film, "-o", parquet);
        string[][] expected = [.. File.ReadLines(csv).Select(line => line.Split(','))];
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM '{parquet}'";
        using DuckDBDataReader reader = command.ExecuteReader();
        Assert.Equal(expected[0], Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
        Assert.Equal(
            [typeof(string), typeof(long), typeof(double), typeof(int), typeof(int)], Enumerable.Range(0, 5).Select(reader.GetFieldType));
        int row = 0;
        while (reader.Read())
        {
            row++;
            for (int column = 0; column < reader.FieldCount; column++)
            {
                object value = reader.GetValue(column);
                if (value is string text) Assert.Equal(expected[row][column], text);
                else
                {
                    // Eyes have one decimal in CSV, times three.
                    double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                    Assert.Equal(double.Parse(expected[row][column], CultureInfo.InvariantCulture), number, 0.051);
                }
            }
        }

        Assert.Equal(expected.Length - 1, row);
    }

    [Fact]
    public async Task A_format_can_be_asked_for_whatever_the_files_name()
    {
        string film = Portrait("film.mp4"), table = _folder["faces.data"];
        await MexpVideo(film, "-o", table, "--format", "csv", "--separator", ";", "--bom");
        byte[] bytes = await File.ReadAllBytesAsync(table, TestContext.Current.CancellationToken);
        Assert.Equal([0xEF, 0xBB, 0xBF, .. "film;frame;time;"u8], bytes[..19]);
        await MexpVideo(film, "-o", table, "--format", "parquet");
        bytes = await File.ReadAllBytesAsync(table, TestContext.Current.CancellationToken);
        Assert.Equal([.. "PAR1"u8], bytes[..4]);
    }

    [Theory]
    [InlineData(true, "--event-start", "0.02", "--event-end", "0.01")]
    [InlineData(true, "--event-start", "0.9")]
    [InlineData(true, "--min-event", "0.4")]
    [InlineData(false, "--event-start", "1")]
    [InlineData(false, "--min-event", "2")]
    public async Task Thresholds_say_what_counts_as_an_event(bool isAnyExpected, params string[] options)
    {
        string film = Portrait("film.mp4"), csv = _folder["events.csv"];
        await MexpVideo([film, "--events", csv, .. options]);
        Assert.Equal(isAnyExpected, File.ReadLines(csv).Count() > 1);
    }

    [Fact]
    public async Task An_event_that_would_end_above_its_start_is_refused()
    {
        Mexp run = await Mexp.RunAsync("video", _folder["film.mp4"], "--event-start", "0.3", "--event-end", "0.4");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.StartsWith("mexp: --event-end 0.4: expected at most the probability at which intervals begin, 0.3", run.ErrorLines[0]);
    }

    [Fact]
    public async Task A_film_without_faces_gives_tables_without_rows()
    {
        string film = Film("gray.mp4", "-f lavfi -i color=gray:size=64x64:rate=10 -t 0.5 -pix_fmt yuv420p -c:v libx264");
        string parquet = _folder["faces.parquet"], summary = _folder["summary.json"];
        await MexpVideo(
            film, "-o", parquet, "--summary", summary, "--chart", _folder["c.png"], "--events", _folder["e.eaf"], "--report", _folder["r"]);
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM '{parquet}'";
        Assert.Equal(0L, command.ExecuteScalar());
        JsonElement one = Assert.Single(Json(summary).EnumerateArray());
        Assert.Equal((5, 0), (one.GetProperty("frames").GetInt32(), one.GetProperty("tracks").GetArrayLength()));
    }

    [Fact]
    public async Task A_summary_says_what_each_face_showed()
    {
        string film = Portrait("film.mp4"), summary = _folder["summary.json"], csv = _folder["faces.csv"];
        await MexpVideo(film, "-o", csv, "--summary", summary);
        JsonElement one = Assert.Single(Json(summary).EnumerateArray());
        Assert.Equal(film, one.GetProperty("film").GetString());
        Assert.Equal((512, 512, "h264"),
            (one.GetProperty("width").GetInt32(), one.GetProperty("height").GetInt32(), one.GetProperty("codec").GetString()));
        Assert.True(one.GetProperty("complete").GetBoolean());
        JsonElement track = Assert.Single(one.GetProperty("tracks").EnumerateArray());
        Assert.Equal((1, 10, "happy", 1), (
            track.GetProperty("track").GetInt32(), track.GetProperty("frames").GetInt32(), track.GetProperty("most").GetString(),
            track.GetProperty("events").GetInt32()));
        Assert.Equal(1.0, track.GetProperty("seen").GetDouble(), 1e-3);
        Assert.Equal(1.0, track.GetProperty("shares").GetProperty("happy").GetDouble(), 1e-4);

        // Means and peaks are those of the table's rows.
        double[] happy = [
            .. File.ReadLines(csv).Skip(1).Select(line => double.Parse(line.Split(',')[20], CultureInfo.InvariantCulture))];
        Assert.Equal(happy.Average(), track.GetProperty("mean_probabilities").GetProperty("happy").GetDouble(), 1e-4);
        JsonElement peak = track.GetProperty("peaks").GetProperty("happy");
        Assert.Equal(happy.Max(), peak.GetProperty("probability").GetDouble(), 1e-4);
        Assert.Equal(0.1 * Array.IndexOf(happy, happy.Max()), peak.GetProperty("time").GetDouble(), 1e-3);
    }

    [Fact]
    public async Task ELAN_gets_a_tier_for_each_face_and_an_annotation_for_each_event()
    {
        string film = Portrait("a film's & #1 %41 name.mp4"), elan = _folder["events.eaf"], csv = _folder["events.csv"];
        await MexpVideo(film, "--events", elan);
        await MexpVideo(film, "--events", csv);
        XElement document = XDocument.Load(elan).Root!;

        // The order of elements that EAF 3.0's schema asks for.
        Assert.Equal(
            ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "CONSTRAINT", "CONSTRAINT", "CONSTRAINT", "CONSTRAINT"],
            document.Elements().Select(element => element.Name.LocalName));
        Assert.Equal(("3.0", "milliseconds"), (
            document.Attribute("FORMAT")!.Value, document.Element("HEADER")!.Attribute("TIME_UNITS")!.Value));
        XElement media = document.Element("HEADER")!.Element("MEDIA_DESCRIPTOR")!;
        Assert.Equal(film, new Uri(media.Attribute("MEDIA_URL")!.Value).LocalPath);
        Assert.Equal("./a film's & #1 %41 name.mp4", media.Attribute("RELATIVE_MEDIA_URL")!.Value);
        Dictionary<string, long> slots = document.Element("TIME_ORDER")!.Elements().ToDictionary(
            slot => slot.Attribute("TIME_SLOT_ID")!.Value,
            slot => long.Parse(slot.Attribute("TIME_VALUE")!.Value, CultureInfo.InvariantCulture));
        Assert.Equal(slots.Values.Order(), slots.Values);
        XElement tier = document.Element("TIER")!;
        Assert.Equal("face 1", tier.Attribute("TIER_ID")!.Value);
        Assert.Equal(
            document.Element("LINGUISTIC_TYPE")!.Attribute("LINGUISTIC_TYPE_ID")!.Value, tier.Attribute("LINGUISTIC_TYPE_REF")!.Value);
        string[][] rows = [.. File.ReadLines(csv).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(
            rows.Select(row => (row[2], Milliseconds(row[3]), Milliseconds(row[4]))),
            tier.Elements("ANNOTATION").Select(one => one.Element("ALIGNABLE_ANNOTATION")!).Select(one => (
                one.Element("ANNOTATION_VALUE")!.Value, slots[one.Attribute("TIME_SLOT_REF1")!.Value],
                slots[one.Attribute("TIME_SLOT_REF2")!.Value])));
    }

    [Fact]
    public async Task BORIS_gets_an_observation_for_each_film_whose_states_start_and_end()
    {
        string[] films = [Portrait("one.mp4"), Portrait("two.mp4")];
        string boris = _folder["events.boris"];
        Mexp run = await Mexp.RunAsync(["video", .. films, "--min-face", "60", "--events", boris]);
        Assert.Equal("", run.Error);
        JsonElement project = Json(boris);
        Assert.Equal("7.0", project.GetProperty("project_format_version").GetString());
        Assert.Equal(
            ExpressionScores.Names,
            project.GetProperty("behaviors_conf").EnumerateObject().Select(one => one.Value.GetProperty("code").GetString()));
        Assert.All(
            project.GetProperty("behaviors_conf").EnumerateObject(),
            one => Assert.Equal("State event", one.Value.GetProperty("type").GetString()));
        HashSet<string?> subjects = [
            .. project.GetProperty("subjects_conf").EnumerateObject().Select(one => one.Value.GetProperty("name").GetString())];
        JsonProperty[] observations = [.. project.GetProperty("observations").EnumerateObject()];
        Assert.Equal(["one", "two"], observations.Select(one => one.Name));
        for (int i = 0; i < films.Length; i++)
        {
            JsonElement observation = observations[i].Value;
            Assert.Equal(films[i], Assert.Single(observation.GetProperty("file").GetProperty("1").EnumerateArray()).GetString());
            Assert.Equal(1, observation.GetProperty("media_info").GetProperty("length").GetProperty(films[i]).GetDouble(), 0.05);

            // BORIS pairs the events of a subject and a behaviour in the order of time: each state must have a start and an end.
            JsonElement[] events = [.. observation.GetProperty("events").EnumerateArray()];
            Assert.Equal(events.Select(one => one[0].GetDouble()).Order(), events.Select(one => one[0].GetDouble()));
            Assert.All(events, one => Assert.Contains(one[1].GetString(), subjects));
            Assert.All(events.GroupBy(one => (one[1].GetString(), one[2].GetString())), state => Assert.Equal(0, state.Count() % 2));
            Assert.Equal(("face 1", "happy"), (events[0][1].GetString(), events[0][2].GetString()));
        }
    }

    [Theory]
    [InlineData(".vtt", "webvtt")]
    [InlineData(".srt", "subrip")]
    public async Task FFmpeg_reads_the_subtitles(string ending, string codec)
    {
        // The event ends at 13 × 1001/30000 s, 433.77 ms: both files round it.
        string film = Film("film.mp4", "-loop 1 -r 30000/1001 -i PHOTO -frames:v 13 -pix_fmt yuv420p -c:v libx264");
        string events = _folder["events" + ending], csv = _folder["events.csv"];
        await MexpVideo(film, "--events", events);
        await MexpVideo(film, "--events", csv);
        string[] row = Assert.Single(File.ReadLines(csv).Skip(1)).Split(',');
        JsonElement probe = Probe(events);
        Assert.Equal(codec, probe.GetProperty("streams")[0].GetProperty("codec_name").GetString());
        JsonElement cue = Assert.Single(probe.GetProperty("packets").EnumerateArray());
        Assert.Equal(Milliseconds(row[3]), Milliseconds(cue.GetProperty("pts_time").GetString()!));
        Assert.Equal(Milliseconds(row[5]), Milliseconds(cue.GetProperty("duration_time").GetString()!));
    }

    [Fact]
    public async Task A_chart_has_a_lane_in_the_colour_of_the_expression()
    {
        string film = Portrait("film.mp4"), png = _folder["chart.png"], svg = _folder["chart.svg"];
        await MexpVideo(film, "--chart", png);
        await MexpVideo(film, "--chart", svg);
        using SKBitmap chart = SKBitmap.Decode(png);
        int happy = chart.Pixels.Count(pixel => pixel == new SKColor(0xff, 0xc9, 0x3c));

        // The portrait is happy throughout: the lane is that of one colour.
        Assert.InRange(happy / (double)chart.Pixels.Length, 0.15, 0.6);
        Assert.Equal("svg", XDocument.Load(svg).Root!.Name.LocalName);
    }

    [Fact]
    public async Task Pandas_runs_the_Python_of_the_page_of_films()
    {
        Requirement.Check(await Python("import pandas, matplotlib"), "python3 with pandas and matplotlib is not installed");
        string film = Portrait("interview.mp4");
        await MexpVideo(film, "--output", _folder["faces.csv"], "--events", _folder["events.csv"]);
        Assert.True(await Python(Snippet.Blocks("python", "docs/video.md").Single()));
    }

    // Warns of what later versions of pandas refuse.
    private async Task<bool> Python(string program)
    {
        ProcessStartInfo start = new("/usr/bin/python3", ["-W", "error::FutureWarning", "-c", program]) { WorkingDirectory = _folder.Path };
        start.Environment["MPLBACKEND"] = "agg";
        try
        {
            using Process process = Process.Start(start)!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private async Task MexpVideo(params string[] arguments)
    {
        Mexp run = await Mexp.RunAsync(["video", .. arguments, "--min-face", "60"]);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
    }

    private string Portrait(string name)
    {
        File.Move(Film("made.mp4", "-loop 1 -r 10 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264"), _folder[name]);
        return _folder[name];
    }

    private string Film(string name, string options) => TestFilm.Write(_folder[name], options);

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    private static JsonElement Probe(string path)
    {
        ProcessStartInfo start = new(
            FFmpegInstallation.Find().Ffprobe, ["-v", "error", "-of", "json", "-show_streams", "-show_packets", path])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        return JsonDocument.Parse(process.StandardOutput.ReadToEnd()).RootElement;
    }

    private static long Milliseconds(string seconds) => (long)Math.Round(1000 * double.Parse(seconds, CultureInfo.InvariantCulture));
}
