namespace MicroExpNet.Cli.Tests;

/// <summary>A built-in model's name stands wherever a model's file does.</summary>
public sealed class BuiltInModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("microexpnet-1", 84)]
    [InlineData("microexpnet-2", 48)]
    [InlineData("microexpnet-3", 48)]
    [InlineData("microexpnet-tiny", 48)]
    [InlineData("facedetector-2", 128)]
    [InlineData("faceverifier-2", 48)]
    public async Task It_is_inspected(string name, int side)
    {
        Mexp run = await Mexp.RunAsync("inspect", name, "--format", "json");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(side, run.Json.GetProperty("input").GetProperty("height").GetInt32());
        Assert.Equal(
            new FileInfo(MicroExpNet.Tests.ReferenceData.Repository($"models/{name}.onnx")).Length, run.Json.GetProperty("bytes")
            .GetInt64());
    }

    [Theory]
    [InlineData("predict", "PICTURE", "--faces", "whole", "--model", "microexpnet-1")]
    [InlineData("predict", "PICTURE", "--detector", "facedetector-2")]
    [InlineData("evaluate", "--model", "microexpnet-1", "--data", "FACES")]
    [InlineData("train", "--data", "FACES", "--epochs", "1", "--init", "microexpnet-2", "-o", "OUT.onnx")]
    [InlineData("train", "--data", "FACES", "--epochs", "1", "--init", "microexpnet-3", "-o", "OUT.onnx")]
    [InlineData("quantize", "microexpnet-1", "--calibrate", "FACES", "-o", "OUT.onnx")]
    [InlineData("import", "microexpnet-1", "-o", "OUT.onnx")]
    [InlineData("evaluate-detector", "--model", "facedetector-2", "--data", "FACES")]
    public async Task It_is_read_by_every_command(params string[] command)
    {
        string faces = FaceFolder.Create(_folder, "faces", 4, "happy", "sad", "fear"), picture = _folder.Write("a.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync(
            new MexpSurroundings { CreateDetector = (path, options) => Detector.DetectorSource.Load(path, options) },
            [.. command.Select(
                word => word.Replace("FACES", faces, StringComparison.Ordinal).Replace("PICTURE", picture, StringComparison.Ordinal)
                .Replace("OUT", _folder["out"], StringComparison.Ordinal))]);
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
    }

    [Fact]
    public async Task A_name_that_is_none_says_which_there_are_and_a_file_of_that_name_comes_first()
    {
        Mexp none = await Mexp.RunAsync("inspect", "microexpnet-4");
        Assert.Equal(ExitCode.InputFailed, none.ExitCode);
        Assert.Equal(
            [
                "mexp: microexpnet-4: no such file; built in are microexpnet-1, microexpnet-2, microexpnet-3, microexpnet-tiny for "
                    + "expressions, facedetector-2 and faceverifier-2 for finding faces",
            ],
            none.ErrorLines);
    }

    [Fact]
    public async Task A_network_of_others_gets_its_labels_and_scale_on_the_way_or_in_its_file()
    {
        // Seven classes without names, pixels of 0 to 1.
        const string labels = "anger,disgust,fear,happy,neutral,sadness,surprise";
        string theirs = TestModel.WriteForeign(_folder["theirs.onnx"], 7), picture = _folder.Write("a.png", Pictures.Png());
        string[] predict = ["predict", picture, "--faces", "whole", "--format", "json", "--model"];
        Assert.Equal(ExitCode.WrongCommand, (await Mexp.RunAsync([.. predict, theirs])).ExitCode);
        Assert.Contains(
            "6 names for 7 outputs", (await Mexp.RunAsync([.. predict, theirs, "--labels", "a,b,c,d,e,f"])).ErrorLines[0],
            StringComparison.Ordinal);

        Mexp onTheWay = await Mexp.RunAsync([.. predict, theirs, "--labels", labels, "--scale", "0.00392157", "--offset", "-0.5"]);
        Assert.Equal("", onTheWay.Error);
        Mexp imported = await Mexp.RunAsync(
            "import", theirs, "-o", _folder["mine.onnx"], "--labels", labels, "--scale", "0.00392157", "--offset", "-0.5", "--name",
            "theirs");
        Assert.Equal("", imported.Error);
        Assert.Equal(onTheWay.Output, (await Mexp.RunAsync([.. predict, _folder["mine.onnx"]])).Output);
        Assert.Equal(
            "theirs", (await Mexp.RunAsync("inspect", _folder["mine.onnx"], "--format", "json")).Json.GetProperty("architecture")
            .GetString());
        Assert.Equal(
            ExitCode.WrongCommand, (await Mexp.RunAsync("import", theirs, "-o", _folder["x.onnx"], "--architecture", "v")).ExitCode);
    }
}
