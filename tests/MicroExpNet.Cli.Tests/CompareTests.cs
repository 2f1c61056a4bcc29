using System.Globalization;
using System.Text;
using System.Text.Json;
using MicroExpNet.Cli.Compare;
using MicroExpNet.Tests;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

public sealed class CompareTests : IDisposable
{
    // The index of 50, 30 and 20 faces against 30, 50 and 20.
    private const double Moved = 0.19871789267702386;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Computed from the definitions by another program, the divergence as a difference of entropies.
    [Fact]
    public void Distances_are_those_of_their_definitions()
    {
        Assert.Equal(Moved, ShareDistance.StabilityIndex([50, 30, 20], [30, 50, 20]), 1e-12);
        Assert.Equal(1.3838738353288287, ShareDistance.StabilityIndex([10, 0], [5, 5]), 1e-12);
        Assert.Equal(0.036452797660027736, ShareDistance.JensenShannon([50, 30, 20], [30, 50, 20]), 1e-12);
        Assert.Equal(0.04879494069539858, ShareDistance.JensenShannon([3, 1], [1, 1]), 1e-12);
        Assert.Equal(1, ShareDistance.JensenShannon([1, 0], [0, 1]), 1e-12);
        Assert.Equal(0, ShareDistance.JensenShannon([2, 4], [1, 2]), 1e-12);
    }

    [Fact]
    public void Samples_of_one_population_have_the_index_that_chance_gives()
    {
        Random random = new(5);
        double sum = 0;
        const int Trials = 400;
        for (int trial = 0; trial < Trials; trial++) sum += ShareDistance.StabilityIndex(Sample(300), Sample(500));
        Assert.Equal(ShareDistance.ExpectedByChance(8, 300, 500), sum / Trials, 0.002);

        double[] Sample(int count)
        {
            double[] counts = new double[8];
            for (int i = 0; i < count; i++) counts[random.Next(8)]++;
            return counts;
        }
    }

    [Fact]
    public void Numbers_of_one_population_have_the_index_that_chance_gives()
    {
        Random random = new(6);
        double sum = 0;
        const int Trials = 400;
        for (int trial = 0; trial < Trials; trial++)
        {
            (double index, double byChance) = ShareDistance.StabilityIndexOfNumbers(Sample(300), Sample(500));
            sum += index;
            Assert.Equal(ShareDistance.ExpectedByChance(10, 300, 500), byChance, 1e-12);
        }

        Assert.Equal(ShareDistance.ExpectedByChance(10, 300, 500), sum / Trials, 0.004);

        double[] Sample(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
    }

    [Theory]
    [InlineData(100, 200)]
    [InlineData(200, 100)]
    public void Numbers_that_have_nothing_in_common_are_far_apart(double a, double b)
    {
        Assert.InRange(ShareDistance.StabilityIndexOfNumbers(All(a), All(b)).Index, 10, double.MaxValue);
        Assert.Equal(0, ShareDistance.StabilityIndexOfNumbers(All(a), All(a)).Index, 1e-12);

        static double[] All(double number) => [.. Enumerable.Repeat(number, 200)];
    }

    [Fact]
    public async Task What_chance_explains_is_not_called_a_change()
    {
        Mexp run = await Mexp.RunAsync("compare", Sizes("a.csv", 100, seed: 1, count: 25), Sizes("b.csv", 100, seed: 2, count: 25));
        Assert.Equal("", run.Error);
        foreach (string number in new[] { "probability", "box width", "face score" })
        {
            Assert.Contains(
                "(the same; by chance about 0.", run.OutputLines.Single(line => line.StartsWith(number, StringComparison.Ordinal)),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_table_has_shares_intervals_and_distances()
    {
        Mexp run = await Mexp.RunAsync("compare", Table("a.csv", 50, 30, 20), Table("b.csv", 30, 50, 20));
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        string line = run.OutputLines.Single(one => one.TrimStart().StartsWith("happy", StringComparison.Ordinal));
        Assert.Equal(
            ["happy", "30.0%", "21.9%", "to", "39.6%", "50.0%", "40.4%", "to", "59.6%", "+20.0%"],
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("stability index 0.199 (shifted; by chance about 0.040)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_of_every_format_are_read_alike()
    {
        for (int i = 0; i < 6; i++) _folder.Write($"in/{i}.png", Pictures.Png(120, 100, i));
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(4, 5, 30, 31), new FaceBox(10, 10, 20, 20));
        string[] files = [_folder["a.csv"], _folder["a.json"], _folder["a.ndjson"]];
        foreach (string file in files)
        {
            await Mexp.RunAsync(surroundings, "predict", _folder["in"], "--model", TestModel.Path, "-o", file);
        }

        foreach (string file in files.Skip(1)) AssertSame(await ComparedAsync(files[0], file), 12);
    }

    [Fact]
    public async Task A_picture_whose_name_starts_with_a_hash_is_no_comment()
    {
        string a = Write("a.csv", "file,expression", "#1.png,happy", "2.png,fear", "#3.png,happy");
        JsonElement compared = await ComparedAsync(a, a);
        Assert.Equal(3, compared.GetProperty("facesA").GetInt32());
    }

    [Fact]
    public async Task What_label_merges_is_read_in_every_format()
    {
        for (int i = 0; i < 6; i++) _folder.Write($"in/{i}.png", Pictures.Png(120, 100, i));
        _folder.Write("in/0-broken.png", [1, 2, 3]);
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(4, 5, 30, 31), new FaceBox(10, 10, 20, 20));
        await Mexp.RunAsync(surroundings, "label", _folder["in"], "--model", TestModel.Path, "-o", _folder["out"]);
        string[] files = [_folder["a.csv"], _folder["a.ndjson"], _folder["a.parquet"]];
        foreach (string file in files) await Mexp.RunAsync("label", "--merge", _folder["out"], "-o", file);

        foreach (string file in files.Skip(1)) AssertSame(await ComparedAsync(files[0], file), 12);
    }

    [Theory]
    [InlineData("flat.json", true)]
    [InlineData("flat.ndjson", false)]
    public async Task Flat_JSON_is_read_as_CSV_is(string name, bool isArray)
    {
        string[] rows = [
            "{\"file\": \"1.png\", \"camera\": null, \"expression\": null}",
            "{\"file\": \"2.png\", \"camera\": null, \"expression\": \"happy\", \"probability\": 0.5, \"box_width\": 40, \"score\": 0.9}",
            "{\"file\": \"3.png\", \"expression\": \"fear\", \"probability\": 0.7, \"box_width\": 50, \"score\": 0.8}",
            "{\"file\": \"4.png\", \"camera\": \"north\", \"expression\": \"fear\", \"probability\": 0.8, \"box_width\": 60}"];
        string json = Write(name, isArray ? [$"[{string.Join(',', rows)}]"] : rows);
        string csv = Write(
            "flat.csv", "file,camera,expression,probability,box_width,score", "1.png,,,,,", "2.png,,happy,0.5,40,0.9",
            "3.png,,fear,0.7,50,0.8", "4.png,north,fear,0.8,60,");

        Mexp run = await Mexp.RunAsync("compare", csv, json, "--by", "camera", "--format", "json");

        Assert.Equal("", run.Error);
        AssertSame(run.Json, 3);
        JsonElement[] groups = [.. run.Json.GetProperty("groups").EnumerateArray()];
        Assert.Equal(["none", "north"], groups.Select(group => group.GetProperty("group").GetString()));
        Assert.Equal([2, 1], groups.Select(group => group.GetProperty("facesB").GetInt32()));
    }

    [Fact]
    public async Task Films_are_read_from_Parquet_too()
    {
        string film = TestFilm.Write(_folder["film.mp4"], "-loop 1 -framerate 10 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264");
        string[] files = [_folder["f.csv"], _folder["f.ndjson"], _folder["f.parquet"]];
        foreach (string file in files) await Mexp.RunAsync("video", film, "--min-face", "60", "--output", file);
        foreach (string file in files.Skip(1)) AssertSame(await ComparedAsync(files[0], file), 10);
    }

    [Fact]
    public async Task A_model_stands_for_its_training_faces()
    {
        string model = ReferenceData.Repository("models/microexpnet-2.onnx");
        JsonElement compared = await ComparedAsync(model, Table("b.csv", 300, 500, 200));
        float[] shares = [.. Models.Model.Load(model).Card.ClassFrequencies];
        JsonElement[] rows = [.. compared.GetProperty("expressions").EnumerateArray()];
        Assert.Equal(ExpressionScores.Names, rows.Select(row => row.GetProperty("expression").GetString()!));
        Assert.Equal(shares.Select(share => share / shares.Sum()), rows.Select(row => (float)row.GetProperty("shareA").GetDouble()), Close);
        Assert.True(compared.GetProperty("stabilityIndex").GetDouble() > 0.1);
        Assert.False(rows[0].TryGetProperty("lowA", out _));
    }

    [Fact]
    public async Task Two_models_have_no_faces_to_compare()
    {
        string model = ReferenceData.Repository("models/microexpnet-2.onnx");
        Mexp run = await Mexp.RunAsync("compare", model, model, "--format", "json");
        Assert.Equal(
            (ExitCode.WrongCommand, $"mexp: {model}: a model, as A is; expected results to compare with the model's faces"),
            (run.ExitCode, Assert.Single(run.ErrorLines)));
    }

    [Fact]
    public async Task Labels_give_accuracy_and_calibration_and_groups_are_compared()
    {
        // Of four faces at 0.9, three are right: an error of 0.15. Of two at 0.5, one is: no error.
        string a = Write(
            "a.csv", "expression,probability,truth,camera", "happy,0.9,happy,north", "happy,0.9,happy,north", "happy,0.9,smile,south",
            "happy,0.9,sad,south", "sadness,0.5,sadness,south", "sadness,0.5,neutral,north", "fear,0.7,,north");
        string b = Write("b.csv", "expression,probability,truth,camera", "happy,1,happy,north", "happy,1,happy,west");
        Mexp run = await Mexp.RunAsync("compare", a, b, "--label", "truth", "--by", "camera", "--format", "json");
        Assert.Equal("", run.Error);
        JsonElement calibration = run.Json.GetProperty("calibrationA");
        Assert.Equal(6, calibration.GetProperty("faces").GetInt32());
        Assert.Equal(4.0 / 6, calibration.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Equal(4 * 0.15 / 6, calibration.GetProperty("calibrationError").GetDouble(), 1e-9);
        Assert.Equal(1, run.Json.GetProperty("calibrationB").GetProperty("accuracy").GetDouble());
        JsonElement group = Assert.Single(run.Json.GetProperty("groups").EnumerateArray());
        Assert.Equal("north", group.GetProperty("group").GetString());
        Assert.Equal(4, group.GetProperty("facesA").GetInt32());
    }

    [Fact]
    public async Task A_camera_that_was_moved_away_shows_in_the_sizes()
    {
        string near = Sizes("near.csv", 100), far = Sizes("far.csv", 60);
        JsonElement width = (await ComparedAsync(near, far)).GetProperty("numbers").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "box width");
        Assert.Equal(40, width.GetProperty("medianA").GetDouble() - width.GetProperty("medianB").GetDouble(), 5.0);
        Assert.True(width.GetProperty("stabilityIndex").GetDouble() > 0.25);
        Mexp run = await Mexp.RunAsync("compare", near, far);
        Assert.Contains(
            "(changed; by chance about 0.090)", run.OutputLines.Single(line => line.StartsWith("box width", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_picture_has_a_bar_for_each_side()
    {
        string png = _folder["chart.png"], json = _folder["c.json"];
        Mexp run = await Mexp.RunAsync(
            "compare", Table("a.csv", 50, 30, 20), Table("b.csv", 30, 50, 20), "--chart", png, "-o", json);
        Assert.Equal("", run.Error);
        Assert.Equal("", run.Output);
        Assert.Equal(Moved, JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("stabilityIndex").GetDouble(), 1e-12);
        using SKBitmap chart = SKBitmap.Decode(png);
        int blue = chart.Pixels.Count(pixel => pixel == new SKColor(0x46, 0x82, 0xb4));
        int orange = chart.Pixels.Count(pixel => pixel == new SKColor(0xff, 0x8c, 0x00));

        // Both sides have the same sum of shares.
        Assert.InRange(blue, 10_000, 200_000);
        Assert.InRange((double)orange / blue, 0.9, 1.1);
    }

    [Theory]
    [InlineData(' ')]
    [InlineData(':')]
    [InlineData(';')]
    [InlineData('\t')]
    public async Task Tables_are_read_with_any_separator_that_predict_writes(char separator)
    {
        string[] lines = [
            "my expression,file,expression,probability,box_width,score", "1,a b.png,happy,0.8,40,0.9", "2,c.png,fear,0.7,50,0.8"];
        string table = Write("table.csv", [.. lines.Select(line => line.Replace("a b.png", "'a b.png'", StringComparison.Ordinal)
            .Replace("my expression", "'my expression'", StringComparison.Ordinal).Replace(',', separator).Replace('\'', '"'))]);
        AssertSame(await ComparedAsync(table, Write("commas.csv", lines)), 2);
    }

    [Theory]
    [InlineData("nothing.csv: no such file", ExitCode.InputFailed, "nothing.csv", "A")]
    [InlineData("photo.jpg: expected results of mexp predict or video", ExitCode.WrongCommand, "photo.jpg", "A")]
    [InlineData("EMPTY: no face in it", ExitCode.InputFailed, "A", "EMPTY")]
    [InlineData("OTHER: no column 'expression'; its columns are name, age", ExitCode.InputFailed, "A", "OTHER")]
    [InlineData("OTHERLINES: no column 'expression'; its columns are name, age", ExitCode.InputFailed, "A", "OTHERLINES")]
    [InlineData("NOTHINGCSV: the file is empty; expected results of mexp predict or video", ExitCode.InputFailed, "A", "NOTHINGCSV")]
    [InlineData("NOTHINGJSON: the file is empty; expected results of mexp", ExitCode.InputFailed, "A", "NOTHINGJSON")]
    [InlineData("NOTHINGPARQUET: the file is empty; expected results of mexp", ExitCode.InputFailed, "A", "NOTHINGPARQUET")]
    [InlineData("BROKEN: not readable", ExitCode.InputFailed, "A", "BROKEN")]
    [InlineData("NUMBERS: not readable: expected an object for each picture or face", ExitCode.InputFailed, "A", "NUMBERS")]
    [InlineData("HALF: not readable", ExitCode.InputFailed, "A", "HALF")]
    [InlineData("HALFNAME: not readable", ExitCode.InputFailed, "A", "HALFNAME")]
    [InlineData("BYTES: not readable", ExitCode.InputFailed, "A", "BYTES")]
    [InlineData("A: no column 'camera'", ExitCode.WrongCommand, "A", "A", "--by", "camera")]
    [InlineData("--label truth: no face of either file has a label", ExitCode.WrongCommand, "A", "A", "--label", "truth")]
    [InlineData("--chart c.svg: expected a name that ends in .png", ExitCode.WrongCommand, "A", "A", "--chart", "c.svg")]
    [InlineData("which is read, would be replaced", ExitCode.WrongCommand, "A", "A", "-o", "A")]
    public async Task What_is_wrong_is_one_line(string line, int code, params string[] arguments)
    {
        Dictionary<string, string> names = new()
        {
            ["A"] = Table("a.csv", 5, 3, 2),
            ["EMPTY"] = Write("empty.csv", "file,expression,probability", "a.png,,"),
            ["OTHER"] = Write("other.csv", "name,age", "Ann,3"),
            ["OTHERLINES"] = Write("other.ndjson", "{\"name\": \"Ann\"}", "{\"name\": \"Bo\", \"age\": 3}"),
            ["NOTHINGCSV"] = _folder.Write("nothing-at-all.csv", []),
            ["NOTHINGJSON"] = _folder.Write("nothing-at-all.json", []),
            ["NOTHINGPARQUET"] = _folder.Write("nothing-at-all.parquet", []),
            ["NUMBERS"] = Write("numbers.ndjson", "{\"faces\": [1, 2]}"),
            ["HALF"] = Write("half.ndjson", """{"expression": "\ud800"}"""),
            ["HALFNAME"] = Write("half-name.ndjson", """{"\ud800": 1}"""),
            ["BROKEN"] = Write("broken.json", "[{\"file\":"),
            ["BYTES"] = Write("bytes.parquet", "PAR1 and no more"),
        };
        Mexp run = await Mexp.RunAsync(["compare", .. arguments.Select(one => names.GetValueOrDefault(one, one))]);
        Assert.Equal(code, run.ExitCode);
        string expected = string.Join(' ', line.Split(' ').Select(
            word => names.TryGetValue(word.TrimEnd(':'), out string? path) ? path + word[word.TrimEnd(':').Length..] : word));
        string[] lines = [.. run.ErrorLines.Where(one => !one.StartsWith("mexp: try", StringComparison.Ordinal))];
        Assert.Contains(expected, Assert.Single(lines), StringComparison.Ordinal);
    }

    private static bool Close(float a, float b) => Math.Abs(a - b) < 1e-5f;

    private static void AssertSame(JsonElement compared, int faces)
    {
        Assert.Equal((faces, faces), (compared.GetProperty("facesA").GetInt32(), compared.GetProperty("facesB").GetInt32()));
        Assert.Equal(0, compared.GetProperty("stabilityIndex").GetDouble());
        Assert.Equal(0, compared.GetProperty("jensenShannon").GetDouble(), 1e-12);
        JsonElement[] numbers = [.. compared.GetProperty("numbers").EnumerateArray()];
        Assert.Equal(["probability", "box width", "face score"], numbers.Select(one => one.GetProperty("name").GetString()!));
        Assert.All(numbers, one => Assert.Equal(one.GetProperty("medianA").GetDouble(), one.GetProperty("medianB").GetDouble(), 1e-6));
    }

    private static async Task<JsonElement> ComparedAsync(string a, string b)
    {
        Mexp run = await Mexp.RunAsync("compare", a, b, "--format", "json");
        Assert.Equal("", run.Error);
        return run.Json;
    }

    private string Table(string name, int neutral, int happy, int sadness) => Write(name, [
        "file,expression,probability", .. Enumerable.Repeat("a.png,neutral,0.8", neutral), .. Enumerable.Repeat("a.png,happy,0.8", happy),
        .. Enumerable.Repeat("a.png,sadness,0.8", sadness)]);

    private string Sizes(string name, int size, int? seed = null, int count = 200)
    {
        Random random = new(seed ?? size);
        return Write(name, [
            "expression,probability,box_width,score",
            .. Enumerable.Range(0, count).Select(_ => string.Create(
                CultureInfo.InvariantCulture, $"happy,{random.NextDouble()},{size + random.Next(-20, 21)},{random.NextDouble()}"))]);
    }

    private string Write(string name, params string[] lines) =>
        _folder.Write(name, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
}
