using System.Diagnostics;

namespace MicroExpNet.Cli.Tests;

public sealed class PredictFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pictures_in_formats_that_are_not_read_are_counted_in_one_line()
    {
        foreach (string name in new[] { "in/a.png", "in/b.heic", "in/c.HEIC", "in/x/d.tiff", "in/e.txt" })
        {
            _folder.Write(name, Pictures.Png());
        }
        Mexp run = await Mexp.RunAsync("predict", _folder["in"], "--model", TestModel.Path, "--format", "ndjson", "--faces", "whole");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(_folder["in/a.png"], Assert.Single(run.OutputLines).Split('"')[3]);
        Assert.Equal(["mexp: 3 files of formats that are not read: .heic 2, .tiff 1; convert them to JPEG or PNG"], run.ErrorLines);
    }

    [Fact]
    public async Task Pipes_in_a_folder_are_passed_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files in folders");
        _folder.Write("in/a.png", Pictures.Png());
        await Process.Start("mkfifo", _folder["in/b.png"]).WaitForExitAsync(TestContext.Current.CancellationToken);
        foreach (string argument in new[] { _folder["in"], _folder["in"] + "/*.png" })
        {
            Mexp run = await Mexp.RunAsync("predict", argument, "--model", TestModel.Path, "--format", "ndjson", "--faces", "whole");
            Assert.Equal("", run.Error);
            Assert.Single(run.OutputLines);
        }
    }

    [Fact]
    public async Task Links_that_lead_nowhere_are_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need permissions on Windows");
        _folder.Write("in/a.png", Pictures.Png());
        File.CreateSymbolicLink(_folder["in/b.png"], "gone.png");
        Mexp run = await Mexp.RunAsync("predict", _folder["in"], "--model", TestModel.Path, "--format", "ndjson", "--faces", "whole");
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.StartsWith($"mexp: {_folder["in/b.png"]}: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("probabilities", run.OutputLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_whose_name_is_not_utf_8_is_told_and_the_others_are_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have no such names");
        _folder.Write("in/a.png", Pictures.Png());
        await Bash("cd \"$1\" && cp a.png $'caf\\xe9.png'", _folder["in"]);
        try
        {
            foreach (string argument in new[] { _folder["in"], _folder["in"] + "/*" })
            {
                Mexp run = await Mexp.RunAsync("predict", argument, "--model", TestModel.Path, "--format", "ndjson", "--faces", "whole");
                Assert.Equal(ExitCode.InputFailed, run.ExitCode);
                Assert.EndsWith(
                    "caf\uFFFD.png: its name is not UTF-8; rename it", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
                Assert.Contains("probabilities", run.OutputLines[0], StringComparison.Ordinal);
            }

            Mexp named = await Mexp.RunAsync("predict", _folder["in/caf\uFFFD.png"], "--model", TestModel.Path, "--format", "ndjson");
            Assert.EndsWith("its name is not UTF-8; rename it", Assert.Single(named.ErrorLines), StringComparison.Ordinal);
        }
        finally
        {
            // .NET cannot name it, so it could not be removed with the folder.
            await Bash("rm \"$1\"/caf*", _folder["in"]);
        }
    }

    private static async Task Bash(string script, string folder)
    {
        using Process bash = Process.Start("bash", ["-c", script, "bash", folder]);
        await bash.WaitForExitAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("in", "in")]
    [InlineData("in/drawn", "in")]
    [InlineData("in/drawn", "in/**/*.png")]
    [InlineData("in", "in/a-2.png in/a.png")]
    public async Task Annotated_copies_of_one_run_are_no_inputs_of_the_next(string copies, string next)
    {
        _folder.Write("in/a.png", Pictures.Png());
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(5, 5, 30, 30));
        Assert.Equal(
            "", (await Mexp.RunAsync(
            surroundings, "predict", _folder["in"], "--model", TestModel.Path, "--annotate", _folder[copies])).Error);
        for (int i = 0; i < 2; i++)
        {
            Mexp run = await Mexp.RunAsync(
                surroundings,
                    ["predict", .. next.Split(' ')
                    .Select(name => Path.Combine(_folder.Path, name)), "--model", TestModel.Path, "--format", "ndjson", "--annotate",
                    _folder["other"]]);
            Assert.Equal(ExitCode.Success, run.ExitCode);
            Assert.Equal(["mexp: 1 annotated copy of earlier runs passed over"], run.ErrorLines);
            Assert.Equal(_folder["in/a.png"], Assert.Single(run.OutputLines).Split('"')[3]);
        }
    }

    [Theory]
    [InlineData("faces.csv", "file,")]
    [InlineData("faces.CSV", "file,")]
    [InlineData("faces.json", "[")]
    [InlineData("faces.jsonl", "{")]
    [InlineData("faces.ndjson", "{")]
    [InlineData("faces.txt", "file ")]
    [InlineData("faces", "file ")]
    public async Task The_format_follows_the_ending_of_the_output(string name, string start)
    {
        Mexp run = await Mexp.RunAsync("predict", _folder.Write("a.png", Pictures.Png()), "--model", TestModel.Path, "-o", _folder[name]);
        Assert.Equal("", run.Error);
        Assert.StartsWith(
            start, await File.ReadAllTextAsync(_folder[name], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_contradicts_the_ending_is_written_and_said()
    {
        Mexp run = await Mexp.RunAsync(
            "predict", _folder.Write("a.png", Pictures.Png()), "--model", TestModel.Path, "-o", _folder["a.csv"], "--format", "json");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("written as json", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith(
            "[", await File.ReadAllTextAsync(_folder["a.csv"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_for_excel_has_its_separator_and_a_mark()
    {
        string picture = _folder.Write("a;b,c.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "-o", _folder["x.csv"], "--separator", ";", "--bom");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        byte[] bytes = await File.ReadAllBytesAsync(_folder["x.csv"], TestContext.Current.CancellationToken);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        string[] lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split('\n');
        Assert.StartsWith("file;width;height;face;", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"\"{picture}\";64;48;", lines[1], StringComparison.Ordinal);

        Assert.StartsWith(
            "file\twidth\t",
            (await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "--format", "csv", "--separator", "tab")).Output,
            StringComparison.Ordinal);
        foreach (string[] wrong in new string[][] { ["--bom"], ["--separator", ";"], ["--format", "csv", "--separator", "ab"],
            ["--format", "csv", "--separator", "1"], ["--format", "csv", "--separator", "."], ["--format", "csv", "--separator", "-"] })
        {
            Assert.Equal(ExitCode.WrongCommand, (await Mexp.RunAsync(["predict", picture, "--model", TestModel.Path, .. wrong])).ExitCode);
        }
    }
}
