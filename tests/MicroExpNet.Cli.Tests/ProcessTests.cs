using System.Diagnostics;
using System.Text.Json;

namespace MicroExpNet.Cli.Tests;

public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Exit_codes_reach_the_shell()
    {
        string picture = _folder.Write("a.png", Pictures.Png());
        Assert.Equal(0, await ExitCodeAsync("predict", picture, "--faces", "whole", "--model", TestModel.Path));
        Assert.Equal(1, await ExitCodeAsync("predict", picture, _folder["gone.png"], "--faces", "whole", "--model", TestModel.Path));
        Assert.Equal(2, await ExitCodeAsync("predict", picture, "--format", "yaml"));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_closes_the_array_and_exits_with_130(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals");
        string picture = _folder.Write("a.png", Pictures.Png());

        // Standard input stays open, so that the run waits for it when the signal comes.
        using Process process = MexpProcess.Start(
            "predict", picture, "-", picture, "--faces", "whole", "--model", TestModel.Path, "--format", "json");
        char[] start = new char[10];
        await process.StandardOutput.ReadBlockAsync(start, Patience);
        string output = new(start);
        await MexpProcess.SignalAsync(process, signal);
        output += await process.StandardOutput.ReadToEndAsync(Patience);
        await process.WaitForExitAsync(Patience);

        Assert.Equal(ExitCode.Interrupted, process.ExitCode);
        Assert.Equal(picture, Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray()).GetProperty("file").GetString());
        Assert.Equal("mexp: stopped after 1 of 3 pictures", (await process.StandardError.ReadToEndAsync(Patience)).TrimEnd());
    }

    [Fact]
    public async Task The_file_that_standard_output_goes_to_keeps_what_others_write_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no /dev/stdout");
        string picture = _folder.Write("a.png", Pictures.Png()), file = _folder["out.txt"];
        using Process process = MexpProcess.StartShell(
            $"(echo first; {MexpProcess.ShellCommand} predict '{picture}' --faces whole --model '{TestModel.Path}' --format ndjson "
            + $"-o /dev/stdout; echo last) > '{file}'");
        await process.WaitForExitAsync(Patience);
        string[] lines = File.ReadAllLines(file);
        Assert.Equal(("first", "last", 3), (lines[0], lines[^1], lines.Length));
        Assert.Contains("probabilities", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_run_quietly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no head");
        for (int i = 0; i < 300; i++) _folder.Write($"{i:000}.png", Pictures.Png());
        string script =
            $"{MexpProcess.ShellCommand} predict '{_folder.Path}' --faces whole --model '{TestModel.Path}' --format ndjson --jobs 1 | " +
            "head -n 1";
        using Process process = MexpProcess.StartShell(script);
        string output = await process.StandardOutput.ReadToEndAsync(Patience);
        await process.WaitForExitAsync(Patience);

        Assert.Equal(_folder["000.png"], JsonDocument.Parse(output).RootElement.GetProperty("file").GetString());
        Assert.Equal("", await process.StandardError.ReadToEndAsync(Patience));
    }

    private static async Task<int> ExitCodeAsync(params string[] arguments)
    {
        using Process process = MexpProcess.Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(Patience);
        await process.StandardError.ReadToEndAsync(Patience);
        await output;
        await process.WaitForExitAsync(Patience);
        return process.ExitCode;
    }
}
