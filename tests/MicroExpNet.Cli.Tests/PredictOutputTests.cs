using System.Text.Json;

namespace MicroExpNet.Cli.Tests;

public sealed class PredictOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _picture;

    public PredictOutputTests() => _picture = _folder.Write("in/a.png", Pictures.Png());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Output_goes_to_the_file_and_replaces_it_whole()
    {
        string output = _folder.Write("out.json", new byte[10_000]);
        Mexp run = await Mexp.RunAsync("predict", _picture, "--model", TestModel.Path, "--format", "json", "--output", output);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(
            1, JsonDocument.Parse(
            await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken)).RootElement.GetArrayLength());
        Assert.Equal(["in/a.png", "out.json"], _folder.Files);
    }

    [Theory]
    [InlineData("no/such/folder/out.json")]
    [InlineData("in")]
    [InlineData("in/a.png")]
    public async Task An_output_that_cannot_be_written_is_a_wrong_command(string output)
    {
        byte[] before = await File.ReadAllBytesAsync(_picture, TestContext.Current.CancellationToken);
        Mexp run = await Mexp.RunAsync("predict", _picture, "--model", TestModel.Path, "--output", Path.Combine(_folder.Path, output));

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Single(run.ErrorLines);
        Assert.Equal(["in/a.png"], _folder.Files);
        Assert.Equal(before, await File.ReadAllBytesAsync(_picture, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_output_that_is_a_link_is_written_where_it_leads_though_nothing_is_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need permissions on Windows");
        File.CreateSymbolicLink(_folder["link.csv"], "there.csv");
        Mexp run = await Mexp.RunAsync("predict", _picture, "--model", TestModel.Path, "--output", _folder["link.csv"]);

        Assert.Equal(("", ExitCode.Success), (run.Error, run.ExitCode));
        Assert.Equal("there.csv", new FileInfo(_folder["link.csv"]).LinkTarget);
        Assert.StartsWith("file,", await File.ReadAllTextAsync(_folder["there.csv"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_run_that_is_wrong_leaves_an_earlier_output_as_it_was()
    {
        string output = _folder.Write("out.json", [1, 2, 3]);
        Mexp run = await Mexp.RunAsync("predict", _picture, "--model", _folder["gone.onnx"], "--output", output);

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_interrupted_run_writes_what_is_done_and_puts_the_file_in_its_place()
    {
        for (int i = 0; i < 40; i++) _folder.Write($"in/{i:00}.png", Pictures.Png(16 + i, 16));
        using CancellationTokenSource interrupted = new();
        FixedFaces detector = new() { Seen = photo => { if (photo.Width == 26) interrupted.Cancel(); } };
        MexpSurroundings surroundings = new() { CreateDetector = (_, _) => detector, Cancellation = interrupted.Token };
        string output = _folder["out.json"];
        Mexp run = await Mexp.RunAsync(
            surroundings, "predict", _folder["in"], "--model", TestModel.Path, "--format", "json", "--no-face", "whole", "--output", output,
            "--jobs", "2");

        Assert.StartsWith("mexp: stopped after ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        JsonElement results = JsonDocument.Parse(await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken)).RootElement;
        Assert.InRange(results.GetArrayLength(), 11, 39);
        Assert.All(results.EnumerateArray(), result => Assert.Equal(JsonValueKind.Null, result.GetProperty("error").ValueKind));
        Assert.DoesNotContain(_folder.Files, file => file.Contains("tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_shown_to_a_person_only()
    {
        for (int i = 0; i < 10; i++) _folder.Write($"in/{i:00}.png", Pictures.Png());
        string[] command = ["predict", _folder["in"], "--model", TestModel.Path, "--format", "json", "--faces", "whole"];

        Assert.Equal("", (await Mexp.RunAsync(command)).Error);
        Assert.Contains(
            "of 11 pictures", (await Mexp.RunAsync(new MexpSurroundings { IsTerminal = true }, command)).Error, StringComparison.Ordinal);
    }
}
