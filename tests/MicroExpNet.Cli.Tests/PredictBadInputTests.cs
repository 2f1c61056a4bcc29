using System.Text;

namespace MicroExpNet.Cli.Tests;

public sealed class PredictBadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_file_is_told_and_the_rest_is_done()
    {
        string good = _folder.Write("good.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync(
            "predict", _folder["gone.png"], good, "--model", TestModel.Path, "--format", "json", "--faces", "whole");

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal([$"mexp: {_folder["gone.png"]}: no such file or folder"], run.ErrorLines);
        Assert.Equal(2, run.Json.GetArrayLength());
        Assert.Equal(1, run.Json[1].GetProperty("faces").GetArrayLength());
    }

    [Theory]
    [InlineData("gone.png")]
    [InlineData("empty")]
    public async Task The_results_of_an_earlier_run_stay_where_no_input_is_there(string input)
    {
        Directory.CreateDirectory(_folder["empty"]);
        string table = _folder.Write("table.csv", "of an earlier run"u8.ToArray());
        Mexp run = await Mexp.RunAsync("predict", _folder[input], "-o", table, "--model", TestModel.Path, "--faces", "whole");

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal("of an earlier run", await File.ReadAllTextAsync(table, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_without_pictures_is_told()
    {
        _folder.Write("notes.txt", "hello"u8.ToArray());
        Mexp run = await Mexp.RunAsync("predict", _folder.Path, "--model", TestModel.Path);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains("no pictures", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_nothing_matches_is_told()
    {
        Mexp run = await Mexp.RunAsync("predict", _folder.Path + "/*.png", _folder.Path + "/none/**", "--model", TestModel.Path);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.All(run.ErrorLines, line => Assert.EndsWith("no picture matches", line, StringComparison.Ordinal));
    }

    public static TheoryData<string, byte[]> Unreadable => new()
    {
        { "empty.jpg", [] },
        { "text.jpg", Encoding.UTF8.GetBytes("This is no picture.") },
        { "cut.jpg", Pictures.Jpeg(200, 200)[..1500] },
        { "cut.png", Pictures.Png(200, 200)[..400] },
        { "huge.png", Pictures.RawPng(60_000, 60_000, depth: 8, colour: 2, rowBytes: 180_000, rows: 2) },
    };

    [Theory]
    [MemberData(nameof(Unreadable), DisableDiscoveryEnumeration = true)]
    public async Task A_file_that_cannot_be_read_has_one_line_that_names_it(string name, byte[] content)
    {
        string path = _folder.Write(name, content);
        string good = _folder.Write("good.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync("predict", path, good, "--model", TestModel.Path, "--format", "json", "--faces", "whole");

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains(name, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(run.ErrorLines[0], "mexp: " + run.Json[0].GetProperty("error").GetString());
        Assert.Equal(1, run.Json[1].GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public async Task The_limit_of_pixels_can_be_set()
    {
        string picture = _folder.Write("a.png", Pictures.Png(64, 48));

        Assert.Equal(
            ExitCode.InputFailed, (await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "--max-pixels", "3071")).ExitCode);
        Assert.Equal(
            ExitCode.Success, (await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "--max-pixels", "3072")).ExitCode);
    }

    [Fact]
    public async Task A_file_without_read_permission_is_told()
    {
        string picture = _folder.Write("a.png", Pictures.Png());
        Assert.Equal($"{picture}: no permission", Message.Of(new UnauthorizedAccessException(), picture));

        // Nothing is forbidden to root.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return;
        File.SetUnixFileMode(picture, UnixFileMode.None);
        Mexp run = await Mexp.RunAsync("predict", picture, "--model", TestModel.Path);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal([$"mexp: {picture}: no permission"], run.ErrorLines);
    }

    [Fact]
    public async Task A_line_break_in_a_name_does_not_break_the_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names");
        string picture = _folder.Write("a\nb\e[31m.png", [1, 2, 3]);
        Mexp run = await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "--format", "csv");

        Assert.Single(run.ErrorLines);
        Assert.DoesNotContain('\e', run.Error);
    }

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("*.mp4")]
    public async Task A_film_is_left_to_the_command_for_films(string argument)
    {
        _folder.Write("a.mp4", [1, 2, 3]);
        Mexp run = await Mexp.RunAsync("predict", _folder[argument], "--model", TestModel.Path);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.EndsWith("a.mp4: a film; mexp video reads films", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_foreign_or_wrong_size_model_is_refused_before_anything_is_read()
    {
        string picture = _folder.Write("a.png", Pictures.Png());
        byte[] good = await File.ReadAllBytesAsync(TestModel.Path, TestContext.Current.CancellationToken);
        TestModel.WriteForeign(_folder["nameless.onnx"], 2);
        string[] models =
        [
            _folder["gone.onnx"],
            _folder.Write("empty.onnx", []),
            _folder.Write("text.onnx", Encoding.UTF8.GetBytes("This is no model.")),
            _folder.Write("cut.onnx", good[..(good.Length / 2)]),
            _folder.Write("picture.onnx", Pictures.Png()),
            _folder["nameless.onnx"],
            _folder.Path,
        ];
        foreach (string model in models)
        {
            Mexp run = await Mexp.RunAsync("predict", picture, "--model", model);

            Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
            Assert.Contains(model, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
            Assert.Equal("", run.Output);
        }
    }

    [Theory]
    [InlineData("gone.onnx")]
    [InlineData("recogniser.onnx")]
    public async Task A_detector_that_is_none_is_told_before_the_work(string detector)
    {
        File.Copy(TestModel.Path, _folder["recogniser.onnx"]);
        MexpSurroundings surroundings = new() { CreateDetector = (path, options) => Detector.DetectorSource.Load(path, options) };
        Mexp run = await Mexp.RunAsync(
            surroundings, "predict", _folder.Write("a.png", Pictures.Png()), "--model", TestModel.Path, "--detector", _folder[detector]);

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains(detector, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("--faces", "whole")]
    [InlineData("--box", "1,2,10,11")]
    public async Task Neither_whole_pictures_nor_a_given_box_need_a_detector(string option, string value)
    {
        string picture = _folder.Write("a.png", Pictures.Png());
        MexpSurroundings without = new() { CreateDetector = (_, _) => throw new InvalidOperationException("asked for") };
        Mexp run = await Mexp.RunAsync(without, "predict", picture, "--model", TestModel.Path, "--format", "json", option, value);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
    }

    [Fact]
    public async Task A_box_outside_a_picture_is_that_pictures_failure()
    {
        string small = _folder.Write("small.png", Pictures.Png(20, 20));
        string large = _folder.Write("large.png", Pictures.Png(200, 200));
        Mexp run = await Mexp.RunAsync("predict", small, large, "--model", TestModel.Path, "--format", "json", "--box", "100,100,500,50");

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal([$"mexp: {small}: the box 100,100,500,50 lies outside its 20×20 pixels"], run.ErrorLines);
        Assert.Equal("""{"x":100,"y":100,"width":100,"height":50}""", run.Json[1].GetProperty("faces")[0].GetProperty("box").GetRawText());
    }

    [Fact]
    public async Task A_detector_that_fails_on_one_picture_does_not_stop_the_others()
    {
        string[] pictures = [_folder.Write("a.png", Pictures.Png(20, 20)), _folder.Write("b.png", Pictures.Png(30, 30))];
        FixedFaces moody = new() { Seen = photo => { if (photo.Width == 20) throw new InvalidOperationException("not\ntoday"); } };
        Mexp run = await Mexp.RunAsync(
            new MexpSurroundings { CreateDetector = (_, _) => moody },
            ["predict", .. pictures, "--model", TestModel.Path, "--format", "json", "--no-face", "whole"]);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal([$"mexp: {pictures[0]}: InvalidOperationException: not today"], run.ErrorLines);
        Assert.Equal(1, run.Json[1].GetProperty("faces").GetArrayLength());
    }
}
