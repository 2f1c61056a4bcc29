using System.Text.Json;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

public sealed class PredictFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("r.parquet")]
    [InlineData("r.CSV.gz")]
    public async Task A_name_that_ends_like_a_format_which_is_not_written_is_refused(string name)
    {
        string picture = _folder.Write("a.png", Pictures.Png()), output = _folder[name];
        Mexp run = await Mexp.RunAsync("predict", picture, "--faces", "whole", "--model", TestModel.Path, "-o", output);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(
            $"mexp: --output {output}: expected a name that ends in .json, .ndjson, .jsonl, .csv, .txt, or --format",
            Assert.Single(run.ErrorLines));
        Assert.False(File.Exists(output));
        run = await Mexp.RunAsync("predict", picture, "--faces", "whole", "--model", TestModel.Path, "-o", output, "--format", "csv");
        Assert.Equal(("", ExitCode.Success), (run.Error, run.ExitCode));
    }

    [Fact]
    public async Task Json_is_one_array_of_exactly_the_promised_fields()
    {
        string picture = _folder.Write("a.png", Pictures.Png(64, 48));
        Mexp run = await Mexp.RunAsync(
            MexpSurroundings.WithFaces(new FaceBox(4, 5, 30, 31)), "predict", picture, "--model", TestModel.Path, "--format", "json");

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        JsonElement item = Assert.Single(run.Json.EnumerateArray());
        Assert.Equal(["file", "width", "height", "faces", "error"], Names(item));
        Assert.Equal(picture, item.GetProperty("file").GetString());
        Assert.Equal(64, item.GetProperty("width").GetInt32());
        Assert.Equal(48, item.GetProperty("height").GetInt32());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("error").ValueKind);
        JsonElement face = Assert.Single(item.GetProperty("faces").EnumerateArray());
        Assert.Equal(["box", "score", "eyes", "expression", "probability", "probabilities"], Names(face));
        Assert.Equal("""{"x":4,"y":5,"width":30,"height":31}""", face.GetProperty("box").GetRawText());
        JsonElement probabilities = face.GetProperty("probabilities");
        Assert.Equal(["neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"], Names(probabilities));
        Assert.Equal(1, probabilities.EnumerateObject().Sum(p => p.Value.GetDouble()), 1e-5);
        string expression = face.GetProperty("expression").GetString()!;
        Assert.Equal(probabilities.GetProperty(expression).GetSingle(), face.GetProperty("probability").GetSingle());
        Assert.Equal(probabilities.EnumerateObject().Max(p => p.Value.GetSingle()), face.GetProperty("probability").GetSingle());
    }

    [Fact]
    public async Task Json_says_null_where_the_whole_picture_was_taken_or_none_could_be_read()
    {
        string picture = _folder.Write("a.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync(
            "predict", picture, _folder["gone.png"], "--model", TestModel.Path, "--format", "json", "--no-face", "whole");

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        JsonElement read = run.Json[0];
        foreach (string name in new[] { "box", "score", "eyes" })
        {
            Assert.Equal(JsonValueKind.Null, read.GetProperty("faces")[0].GetProperty(name).ValueKind);
        }
        JsonElement missing = run.Json[1];
        Assert.Equal(JsonValueKind.Null, missing.GetProperty("width").ValueKind);
        Assert.Equal(JsonValueKind.Null, missing.GetProperty("height").ValueKind);
        Assert.Equal(0, missing.GetProperty("faces").GetArrayLength());
        Assert.Contains("no such file", missing.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_keeps_the_letters_of_file_names()
    {
        string picture = _folder.Write("Bücher & \"写真\".png", Pictures.Png());
        Mexp run = await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "--format", "json");

        Assert.Contains("Bücher & \\\"写真\\\".png", run.Output, StringComparison.Ordinal);
        Assert.Equal(picture, run.Json[0].GetProperty("file").GetString());
    }

    [Fact]
    public async Task Ndjson_is_the_same_objects_a_line_each()
    {
        string first = _folder.Write("a.png", Pictures.Png(seed: 1));
        string second = _folder.Write("b.jpg", Pictures.Jpeg(seed: 2));
        Mexp array = await Mexp.RunAsync("predict", first, second, "--model", TestModel.Path, "--format", "json");
        Mexp lines = await Mexp.RunAsync("predict", first, second, "--model", TestModel.Path, "--format", "ndjson");

        Assert.Equal(array.Json.EnumerateArray().Select(item => item.GetRawText()), lines.OutputLines);
    }

    [Fact]
    public async Task Csv_has_a_row_a_face_and_quotes_what_needs_it()
    {
        string picture = _folder.Write("a,\"b\".png", Pictures.Png(64, 48));
        MexpSurroundings two = MexpSurroundings.WithFaces(new FaceBox(0, 0, 40, 40), new FaceBox(10, 10, 20, 20));
        Mexp run = await Mexp.RunAsync(two, "predict", picture, _folder["gone.png"], "--model", TestModel.Path, "--format", "csv");

        Assert.Equal(4, run.OutputLines.Length);
        Assert.Equal(
            "file,width,height,face,x,y,box_width,box_height,score,left_eye_x,left_eye_y,right_eye_x,right_eye_y,expression,probability,"
                + "neutral,anger,contempt,disgust,fear,happy,sadness,surprise,error",
            run.OutputLines[0]);
        string quoted = '"' + picture.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        Assert.StartsWith(quoted + ",64,48,1,0,0,40,40,1,,,,,", run.OutputLines[1], StringComparison.Ordinal);
        Assert.StartsWith(quoted + ",64,48,2,10,10,20,20,1,,,,,", run.OutputLines[2], StringComparison.Ordinal);
        Assert.StartsWith(_folder["gone.png"] + new string(',', 23), run.OutputLines[3], StringComparison.Ordinal);
        Assert.EndsWith("no such file or folder", run.OutputLines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_says_expression_probability_box_and_milliseconds()
    {
        string picture = _folder.Write("a.png", Pictures.Png(64, 48));
        Mexp run = await Mexp.RunAsync(
            MexpSurroundings.WithFaces(new FaceBox(4, 5, 30, 31)), "predict", picture, "--model", TestModel.Path);

        Assert.Equal(2, run.OutputLines.Length);
        Assert.Matches(@"^file +expression +probability +box +ms$", run.OutputLines[0]);
        Assert.Matches(@"a\.png +[a-z]+ +█*░* +\d+\.\d% +4,5,30,31 +\d+\.\d$", run.OutputLines[1]);
    }

    [Fact]
    public async Task The_table_says_where_the_whole_picture_was_taken()
    {
        string picture = _folder.Write("a.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "--no-face", "whole");

        Assert.Contains("whole picture", run.OutputLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirected_table_is_neither_cut_nor_coloured()
    {
        string picture = _folder.Write(new string('d', 120) + "/" + new string('n', 120) + ".png", Pictures.Png());
        Mexp run = await Mexp.RunAsync("predict", picture, "--model", TestModel.Path);

        Assert.Contains(picture, run.OutputLines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public async Task A_table_on_a_terminal_fits_its_width_and_keeps_the_end_of_long_names()
    {
        string picture = _folder.Write(new string('d', 120) + "/holiday.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync(
            new MexpSurroundings { IsTerminal = true, Width = 100 }, "predict", picture, "--model", TestModel.Path);

        Assert.All(run.OutputLines, line => Assert.InRange(line.Length, 1, 100 + line.Count(c => c == '\e') * 10));
        Assert.Contains("/holiday.png", run.Output, StringComparison.Ordinal);
        Assert.Contains('…', run.Output);
    }

    [Fact]
    public async Task All_picture_formats_are_read()
    {
        string[] pictures =
        [
            _folder.Write("a.png", Pictures.Png()),
            _folder.Write("b.jpeg", Pictures.Jpeg()),
            _folder.Write("c.webp", Pictures.Encode(SKEncodedImageFormat.Webp, 64, 48)),
            _folder.Write("deep.png", Pictures.RawPng(20, 10, depth: 16, colour: 2, rowBytes: 120, rows: 10)),
            _folder.Write("palette.png", Pictures.RawPng(20, 10, depth: 8, colour: 3, rowBytes: 20, rows: 10)),
            _folder.Write("alpha.png", Pictures.RawPng(20, 10, depth: 8, colour: 6, rowBytes: 80, rows: 10)),
            _folder.Write("dot.png", Pictures.Png(1, 1)),
        ];
        Mexp run = await Mexp.RunAsync(["predict", .. pictures, "--model", TestModel.Path, "--format", "ndjson", "--faces", "whole"]);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(pictures.Length, run.OutputLines.Length);
    }

    private static IEnumerable<string> Names(JsonElement item) => item.EnumerateObject().Select(property => property.Name);
}
