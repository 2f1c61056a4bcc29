using System.Text.Json;

namespace MicroExpNet.Cli.Tests;

public sealed class PredictNoFaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _pictures;

    public PredictNoFaceTests() => _pictures = [_folder.Write("a.png", Pictures.Png()), _folder.Write("b.png", Pictures.Png(seed: 2))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task Json_has_a_picture_without_faces(string format)
    {
        Mexp run = await Mexp.RunAsync(["predict", .. _pictures, "--model", TestModel.Path, "--format", format]);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        JsonElement[] items = format == "json"
            ? [.. run.Json.EnumerateArray()]
            : [.. run.OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(2, items.Length);
        Assert.All(items, item =>
        {
            Assert.Equal(0, item.GetProperty("faces").GetArrayLength());
            Assert.Equal(JsonValueKind.Null, item.GetProperty("error").ValueKind);
        });
        Assert.Equal(["mexp: no face found in 2 of 2 pictures"], run.ErrorLines);
    }

    [Fact]
    public async Task The_table_says_so_and_csv_has_a_row_without_an_expression()
    {
        Mexp table = await Mexp.RunAsync("predict", _pictures[0], "--model", TestModel.Path);
        Assert.Equal(ExitCode.Success, table.ExitCode);
        Assert.Equal("", table.Error);
        Assert.Matches(@"a\.png +no face found +\d+\.\d$", table.OutputLines[1]);

        Mexp csv = await Mexp.RunAsync("predict", _pictures[0], "--model", TestModel.Path, "--format", "csv");
        Assert.Equal($"{_pictures[0]},64,48{new string(',', 21)}", csv.OutputLines[1]);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("largest")]
    public async Task The_original_s_behaviour_is_one_option_away(string faces)
    {
        Mexp run = await Mexp.RunAsync(
            "predict", _pictures[0], "--model", TestModel.Path, "--format", "json", "--faces", faces, "--no-face", "whole");
        Assert.Equal("", run.Error);
        Assert.Equal(JsonValueKind.Null, Assert.Single(run.Json[0].GetProperty("faces").EnumerateArray()).GetProperty("box").ValueKind);
    }

    [Fact]
    public async Task Score_and_eyes_are_those_of_the_detector()
    {
        DetectedFace face = new(new FaceBox(10, 12, 30, 30), 0.875f, new EyePositions(18.26f, 22, 31, 23.5f));
        MexpSurroundings surroundings = new() { CreateDetector = (_, _) => new FixedFaces(face) };
        Mexp json = await Mexp.RunAsync(surroundings, "predict", _pictures[0], "--model", TestModel.Path, "--format", "json");
        JsonElement found = json.Json[0].GetProperty("faces")[0];
        Assert.Equal(0.875, found.GetProperty("score").GetDouble());
        Assert.Equal("""{"left":{"x":18.3,"y":22},"right":{"x":31,"y":23.5}}""", found.GetProperty("eyes").GetRawText());

        Mexp csv = await Mexp.RunAsync(surroundings, "predict", _pictures[0], "--model", TestModel.Path, "--format", "csv");
        Assert.StartsWith($"{_pictures[0]},64,48,1,10,12,30,30,0.875,18.3,22,31,23.5,", csv.OutputLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_landscape_has_no_expression()
    {
        Mexp run = await Mexp.RunAsync(new MexpSurroundings { CreateDetector = (_, options) => FaceDetector.Default.With(options) },
            "predict", _folder.Write("noise.png", Pictures.Png(400, 300)), "--format", "json");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(0, run.Json[0].GetProperty("faces").GetArrayLength());
    }
}
