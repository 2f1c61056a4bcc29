namespace MicroExpNet.Cli.Tests;

public sealed class WrongCommandTests
{
    [Theory]
    [InlineData("unknown option --fomat", "predict", "a.png", "--fomat", "json")]
    [InlineData("unknown option -x", "inspect", "-x")]
    [InlineData("--format 'yaml': expected table, json, ndjson, csv", "predict", "a.png", "--format", "yaml")]
    [InlineData("--faces 'some': expected all, largest, whole", "predict", "a.png", "--faces", "some")]
    [InlineData("--jobs '0': expected a whole number, 1 or more", "predict", "a.png", "--jobs", "0")]
    [InlineData("--jobs '99999999999': expected a whole number, 1 to 2147483647", "predict", "a.png", "--jobs", "99999999999")]
    [InlineData(
        "--max-pixels '9999999999999999999': expected a whole number, 1 to 9223372036854775807", "predict", "a.png", "--max-pixels",
        "9999999999999999999")]
    [InlineData(
        "--squeezes '1,99999999999': expected whole numbers separated by commas, 1 to 2147483647 each", "sweep", "--data", "f", "-o",
        "t.csv", "--squeezes", "1,99999999999")]
    [InlineData("--max-pixels 'many': expected a whole number, 1 or more", "predict", "a.png", "--max-pixels", "many")]
    [InlineData("--min-face '13': expected a whole number, 14 or more", "predict", "a.png", "--min-face", "13")]
    [InlineData("--min-face 'small': expected a whole number, 14 or more", "predict", "a.png", "--min-face", "small")]
    [InlineData("--min-score '1': expected a number 0.01 to 0.99", "predict", "a.png", "--min-score", "1")]
    [InlineData("--min-score 'NaN': expected a number 0.01 to 0.99", "predict", "a.png", "--min-score", "NaN")]
    [InlineData("--box '1,2,3': expected x,y,width,height", "predict", "a.png", "--box", "1,2,3")]
    [InlineData("--box '1,2,0,4': expected x,y,width,height", "predict", "a.png", "--box", "1,2,0,4")]
    [InlineData("--box and --faces exclude each other", "predict", "a.png", "--box", "-1,2,3,4", "--faces", "all")]
    [InlineData("--box and --no-face exclude each other", "predict", "a.png", "--box", "1,2,3,4", "--no-face", "whole")]
    [InlineData("--box and --min-face exclude each other", "predict", "a.png", "--box", "1,2,3,4", "--min-face", "200")]
    [InlineData("--box and --detector exclude each other", "predict", "a.png", "--box", "1,2,3,4", "--detector", "d.onnx")]
    [InlineData("no picture: give a file", "predict")]
    [InlineData("- is given twice", "predict", "-", "-")]
    [InlineData("Required argument missing for option: '--model'", "predict", "a.png", "--model")]
    [InlineData("--input-size 'big': expected height x width", "import", "ck", "-o", "x.onnx", "--input-size", "big")]
    [InlineData(
        "--architecture 'resnet': expected microexpnet, v, p1, p2, p12", "import", "ck", "-o", "x.onnx", "--architecture", "resnet")]
    [InlineData("Option '--output' is required", "import", "ck")]
    [InlineData("Unrecognized command or argument 'b'", "inspect", "a", "b")]
    [InlineData("unknown command look", "look", "at", "this")]
    [InlineData("unknown option --nonsense", "--nonsense")]
    [InlineData("unknown command preditc; did you mean predict?", "preditc", "a.png")]
    [InlineData("unknown command pred; did you mean predict?", "pred", "a.png")]
    [InlineData("unknown command evaluate-detektor; did you mean evaluate-detector?", "evaluate-detektor")]
    [InlineData("unknown option --anotate; did you mean --annotate?", "predict", "a.png", "--anotate", "x")]
    [InlineData("--output: expected FILE; got an empty text", "predict", "a.png", "-o", "")]
    [InlineData("--name: expected NAME; got an empty text", "import", "ck", "-o", "x.onnx", "--name", "")]
    [InlineData("expected MODEL; got an empty text", "inspect", "")]
    [InlineData("expected a source; got an empty text", "label", "", "-o", "x")]
    [InlineData("--json is for --status", "label", "a", "-o", "x", "--json")]
    [InlineData("--no-faces is for reports; give --report", "video", "f.mp4", "--no-faces")]
    [InlineData("unknown option --formta=csv; did you mean --format?", "predict", "a.png", "--formta=csv")]
    public async Task A_mistake_is_one_line_and_a_hint(string line, params string[] arguments)
    {
        Mexp run = await Mexp.RunAsync(arguments);

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.StartsWith("mexp: " + line, run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Matches("^mexp: try 'mexp( predict| import| inspect| sweep| label| video)? --help'$", run.ErrorLines[1]);
    }

    [Fact]
    public async Task Without_a_model_the_built_in_one_answers()
    {
        string photo = MicroExpNet.Tests.ReferenceData.Repository("samples/astronaut.png");
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(176, 66, 95, 95));
        Mexp natural = await Mexp.RunAsync(surroundings, "predict", photo, "--format", "json"),
            uniform = await Mexp.RunAsync(surroundings, "predict", photo, "--format", "json", "--prior", "uniform");

        Assert.Equal(ExitCode.Success, natural.ExitCode);
        Assert.Equal("happy", natural.Json[0].GetProperty("faces")[0].GetProperty("expression").GetString());
        Assert.True(Neutral(uniform) < Neutral(natural), "neutral, a third of the training faces, is less likely where all are alike");

        static double Neutral(Mexp run) =>
            run.Json[0].GetProperty("faces")[0].GetProperty("probabilities").GetProperty("neutral").GetDouble();
    }

    [Theory]
    [InlineData("nowhere.txt", "expected natural, root, uniform or a file")]
    [InlineData("words.txt", "line 1: expected a class and its share")]
    [InlineData("others.txt", "names 'bored'")]
    public async Task A_prior_that_is_none_is_told_in_a_line(string file, string message)
    {
        using TemporaryFolder folder = new();
        folder.Write("words.txt", "happy often"u8.ToArray());
        folder.Write("others.txt", "bored 1"u8.ToArray());
        Mexp run = await Mexp.RunAsync("predict", "a.png", "--prior", Path.Combine(folder.Path, file));

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_model_may_be_named_by_the_environment()
    {
        using TemporaryFolder folder = new();
        MexpSurroundings surroundings = new() { Variables = new() { ["MEXP_MODEL"] = TestModel.Path } };
        Mexp run = await Mexp.RunAsync(surroundings, "predict", folder.Write("a.png", Pictures.Png()));

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
    }

    [Fact]
    public async Task The_detectors_settings_reach_the_detector()
    {
        using TemporaryFolder folder = new();
        string picture = folder.Write("a.png", Pictures.Png());
        (string? Path, FaceDetectorOptions Options) seen = default;
        MexpSurroundings surroundings = new()
        {
            CreateDetector = (path, options) =>
            {
                seen = (path, options);
                return new FixedFaces();
            },
        };
        await Mexp.RunAsync(surroundings, "predict", picture, "--model", TestModel.Path);
        Assert.Equal((null, new FaceDetectorOptions()), seen);

        await Mexp.RunAsync(
            surroundings, "predict", picture, "--model", TestModel.Path, "--detector", picture, "--min-score", "0.25", "--min-face", "40");
        Assert.Equal((picture, new FaceDetectorOptions { MinFace = 40, MinScore = 0.25f }), seen);
    }
}
