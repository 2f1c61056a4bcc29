using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using DuckDB.NET.Data;
using MicroExpNet.Architectures;
using MicroExpNet.Tests;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Tests;

/// <summary><c>mexp video</c> and <c>mexp camera</c> with models whose classes are the user's own.</summary>
public sealed class VideoOwnClassesTests : IDisposable
{
    private static readonly string[] Awkward = ["bored, very", "say \"hi\" [red]", "<b>悲しい</b> & {i} | wütend"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tables_have_a_column_for_each_class_whatever_its_name()
    {
        string film = Film("film.mp4"), model = Model(Awkward), csv = _folder["faces.csv"], parquet = _folder["faces.parquet"];
        Mexp run = await MexpVideo(film, model, "-o", csv);
        string shown = Rows(csv, out string[] columns)[0]["expression"];
        Assert.Contains(shown, Awkward);
        Assert.Contains(shown, run.Output, StringComparison.Ordinal);
        Assert.Equal(["expression", "probability", .. Awkward], columns[13..]);
        await MexpVideo(film, model, "-o", parquet);
        Dictionary<string, string>[] rows = Rows(parquet, out string[] others);
        Assert.Equal(columns, others);
        Assert.Equal(10, rows.Length);
        Assert.All(rows, row =>
        {
            double[] probabilities = [.. Awkward.Select(label => double.Parse(row[label], CultureInfo.InvariantCulture))];
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(shown, row["expression"]);
            Assert.Equal(row["probability"], row[shown]);
            Assert.Equal(probabilities.Max(), double.Parse(row[shown], CultureInfo.InvariantCulture));
        });

        string json = _folder["faces.ndjson"];
        await MexpVideo(film, model, "-o", json);
        JsonElement face = JsonDocument.Parse(File.ReadLines(json).First()).RootElement;
        Assert.Equal(shown, face.GetProperty("expression").GetString());
        Assert.Equal(Awkward, face.GetProperty("probabilities").EnumerateObject().Select(one => one.Name));
    }

    [Fact]
    public async Task A_class_that_is_called_like_another_column_has_a_name_of_its_own_in_tables()
    {
        string[] labels = ["track", "Time", "class_track", "expression", "calm", "a", "b", "c", "d", "e", "f"];
        string film = Film("film.mp4"), model = Model(labels);
        foreach (string name in new[] { "faces.csv", "faces.parquet" })
        {
            await MexpVideo(film, model, "-o", _folder[name]);
            Rows(_folder[name], out string[] columns);
            Assert.Equal(
                ["class_class_track", "class_Time", "class_track", "class_expression", "calm", "a", "b", "c", "d", "e", "f"],
                columns[15..]);
        }
    }

    [Theory]
    [InlineData("video", "FILM")]
    [InlineData("camera", "--device", "lavfi:testsrc")]
    [InlineData("label", "FILM", "-o", "OUT")]
    public async Task A_model_that_reads_colours_is_refused_for_films(params string[] arguments)
    {
        string path = _folder["colour.onnx"];
        ColourModel().Save(path);
        Mexp run = await Mexp.RunAsync([
            .. arguments.Select(one => one switch { "FILM" => Film("film.mp4"), "OUT" => _folder["out"], _ => one }), "--model", path]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(
            [$"mexp: {path}: the model reads colours, and films and cameras are read in grey; expected a model of grey faces"],
            run.ErrorLines);
    }

    [Fact]
    public void An_analyzer_refuses_a_model_that_reads_colours()
    {
        MicroExpNet.Models.Model model = ColourModel();
        Assert.Contains(
            "the model reads colours",
            Assert.Throws<ArgumentException>(
                "classifier", () => new VideoAnalyzer(new FaceClassifier(model), FaceDetector.Default)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            "recognizer", () => new VideoAnalyzer(new ExpressionRecognizer(model), FaceDetector.Default));
    }

    [Fact]
    public async Task Events_are_intervals_of_the_classes_in_every_form()
    {
        string film = Film("film.mp4"), model = Model(Awkward);
        string[] files = [.. new[] { "csv", "vtt", "srt", "eaf", "boris" }.Select(ending => _folder[$"events.{ending}"])];
        foreach (string file in files) await MexpVideo(film, model, "--events", file, "--event-start", "0.3");
        string shown = Assert.Single(Rows(files[0], out _))["expression"];
        Assert.Contains(shown, Awkward);

        // A player shows the name as it is: FFmpeg parses the subtitles' markup.
        foreach (string subtitles in files[1..3])
        {
            string text = _folder["plain.ass"];
            TestFilm.Write(text, $"-i {subtitles}");
            string line = File.ReadLines(text).Last(one => one.StartsWith("Dialogue:", StringComparison.Ordinal));
            string plain = line.Split(',', 10)[9].Replace("\u2060", "", StringComparison.Ordinal)
                .Replace("\\{", "{", StringComparison.Ordinal).Replace("\\}", "}", StringComparison.Ordinal);
            Assert.StartsWith($"face 1: {shown} (", plain, StringComparison.Ordinal);
        }

        Assert.Equal(shown, Assert.Single(XDocument.Load(files[3]).Descendants("ANNOTATION_VALUE")).Value);
        JsonElement boris = (await ReadJson(files[4])).RootElement;
        JsonElement[] behaviors = [.. boris.GetProperty("behaviors_conf").EnumerateObject().Select(one => one.Value)];
        string[] codes = [.. behaviors.Select(one => one.GetProperty("code").GetString()!)];
        Assert.Equal(["bored; very", "say \"hi\" [red]", "<b>悲しい</b> & {i} / wütend"], codes);
        Assert.All(behaviors, (one, i) =>
            Assert.Equal(codes.Where((_, other) => other != i), one.GetProperty("excluded").GetString()!.Split(',')));
        JsonElement events = boris.GetProperty("observations").EnumerateObject().First().Value.GetProperty("events");
        Assert.All(events.EnumerateArray(), one => Assert.Equal(codes[Awkward.IndexOf(shown)], one[2].GetString()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(30)]
    public async Task Summary_chart_report_and_annotated_film_are_of_the_classes(int count)
    {
        string[] labels = [.. Awkward.Take(count), .. Enumerable.Range(3, Math.Max(0, count - 3)).Select(i => $"class-{i}")];
        string film = Film("film.mp4"), model = Model(labels), summary = _folder["summary.json"], chart = _folder["chart.svg"];
        await MexpVideo(
            film, model, "--summary", summary, "--chart", chart, "--report", _folder["report"], "--annotate", _folder["drawn.mp4"]);
        JsonElement track = (await ReadJson(summary)).RootElement[0].GetProperty("tracks")[0];
        foreach (string member in new[] { "shares", "mean_probabilities", "peaks" })
        {
            Assert.Equal(labels, track.GetProperty(member).EnumerateObject().Select(one => one.Name));
        }

        Assert.Equal(1, track.GetProperty("shares").GetProperty(track.GetProperty("most").GetString()!).GetDouble());
        string[] texts = [
            .. XDocument.Load(chart).Descendants().Where(one => one.Name.LocalName == "text").Select(one => one.Value.Trim())];
        string[] drawn = [.. labels.Select(label => label == Awkward[2] ? "3: <b>???</b> & {i} | w?tend" : label)];
        Assert.All(drawn.Take(count == 30 ? 24 : count), label => Assert.Contains(label, texts));
        Assert.Equal(10, await CountFrames(_folder["drawn.mp4"]));

        string page = await File.ReadAllTextAsync(_folder["report/index.html"], TestContext.Current.CancellationToken);
        string data = page.Split("const data = ")[1].Split(";\n")[0];
        Assert.DoesNotContain("<b>", data, StringComparison.Ordinal);
        JsonElement report = JsonDocument.Parse(data).RootElement;
        Assert.Equal(labels, report.GetProperty("names").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(count, report.GetProperty("colors").EnumerateArray().Select(one => one.GetString()).Distinct().Count());
        Assert.Equal(count, report.GetProperty("tracks")[0].GetProperty("bins")[0].GetArrayLength());
    }

    [Fact]
    public async Task Several_films_at_once_give_the_results_of_one_after_another()
    {
        string model = Model(Awkward);
        string[] films = [Film("a.mp4"), Film("b.mp4")];
        foreach (string jobs in new[] { "1", "2" })
        {
            Mexp run = await Mexp.RunAsync(["video", .. films, "--model", model, "--jobs", jobs, "-o", _folder[$"{jobs}.csv"]]);
            Assert.Equal("", run.Error);
        }

        Assert.Equal(
            await File.ReadAllTextAsync(_folder["1.csv"], TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(_folder["2.csv"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cameras_rows_have_them_too()
    {
        string portrait = ReferenceData.Repository("samples/astronaut.png");
        Mexp run = await Mexp.RunAsync(
            "camera", "--device", $"lavfi:movie={portrait}:loop=0,setpts=N/(10*TB)", "--duration", "1", "--model", Model(Awkward));
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.All(run.OutputLines, line => Assert.Equal(
            Awkward, JsonDocument.Parse(line).RootElement.GetProperty("probabilities").EnumerateObject().Select(one => one.Name)));
        Assert.NotEmpty(run.OutputLines);
    }

    [Fact]
    public async Task Labels_and_a_prior_can_be_given_for_a_model_that_says_nothing()
    {
        string model = TestModel.WriteForeign(_folder["mood.onnx"], classes: 2), prior = _folder["prior.txt"], csv = _folder["faces.csv"];
        await MexpVideo(Film("film.mp4"), model, "--labels", "good,bad", "-o", csv);
        Assert.Contains(Rows(csv, out string[] columns)[0]["expression"], new[] { "good", "bad" });
        Assert.Equal(["good", "bad"], columns[15..]);
        Mexp refused = await Mexp.RunAsync("video", _folder["film.mp4"], "--model", model, "-o", csv);
        Assert.Equal(ExitCode.WrongCommand, refused.ExitCode);
        Assert.Contains("give --labels", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<Mexp> MexpVideo(string film, string model, params string[] options)
    {
        Mexp run = await Mexp.RunAsync(["video", film, "--model", model, "--min-face", "60", .. options]);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        return run;
    }

    private string Film(string name) =>
        TestFilm.Write(_folder[name], "-loop 1 -r 10 -i PHOTO -t 1 -vf scale=320:320 -pix_fmt yuv420p -c:v libx264");

    private static MicroExpNet.Models.Model ColourModel()
    {
        MicroExpNet.Models.Model model = TestModel.Create(
            new ArchitectureBuilder("colour", new TensorShape(8, 8, 3)).Flatten("f").FullyConnected("y", 2).Build(["happy", "sadness"]));
        return model.WithCard(model.Card with { InputFormat = PixelFormat.Rgb24 });
    }

    private string Model(string[] labels)
    {
        TestModel.Create(OriginalArchitectures.MicroExpNet(labels: [.. labels])).Save(_folder["own.onnx"]);
        return _folder["own.onnx"];
    }

    // By a reader that is not ours.
    private static Dictionary<string, string>[] Rows(string path, out string[] columns)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = path.EndsWith(".csv", StringComparison.Ordinal)
            ? $"SELECT * FROM read_csv('{path}', header = true, delim = ',', quote = '\"', escape = '\"')"
            : $"SELECT * FROM '{path}'";
        using DuckDBDataReader reader = command.ExecuteReader();
        columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        List<Dictionary<string, string>> rows = [];
        while (reader.Read())
        {
            rows.Add(columns.Index().ToDictionary(
                one => one.Item, one => Convert.ToString(reader.GetValue(one.Index), CultureInfo.InvariantCulture)!));
        }

        return [.. rows];
    }

    private static async Task<int> CountFrames(string film)
    {
        int frames = 0;
        await foreach (VideoFrame _ in VideoFile.Open(film).ReadFramesAsync(TestContext.Current.CancellationToken)) frames++;
        return frames;
    }

    private static async Task<JsonDocument> ReadJson(string path) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
}
