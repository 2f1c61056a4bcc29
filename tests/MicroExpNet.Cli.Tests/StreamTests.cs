using System.Diagnostics;
using MicroExpNet.Files;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

/// <summary>Closed streams, readers that leave, and two runs on one output.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("predict 'PICTURE' --faces whole 2>&-", 0, "")]
    [InlineData("predict nofile 2>&-", 1, "")]
    [InlineData("predict nofile 2>/dev/full", 1, "")]
    [InlineData("predict nofile <&- 2>&- >&-", 2, "")]
    [InlineData("predict - <&-", 1, "standard input: it is closed")]
    [InlineData("predict 'PICTURE' --faces whole >&-", 2, "cannot write: standard output is closed")]
    [InlineData("predict 'PICTURE' --faces whole -o 'OUT.csv' >&-", 0, "")]
    [InlineData("inspect 'MODEL' >&-", 2, "cannot write: standard output is closed")]
    [InlineData("import 'CHECKPOINT' -o 'OUT.onnx' >&-", 0, "")]
    [InlineData("import 'CHECKPOINT' -o 'OUT.onnx' >/dev/full", 0, "")]
    [InlineData("inspect 'MODEL' >/dev/full", 2, "No space left on device")]
    public async Task A_closed_or_full_stream_costs_no_work_and_has_a_line_and_a_code(string command, int code, string message)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows's shell closes no streams");
        string script = command.Replace("PICTURE", _folder.Write("a.png", Pictures.Png()), StringComparison.Ordinal)
            .Replace("MODEL", TestModel.Path, StringComparison.Ordinal)
            .Replace("CHECKPOINT", ReferenceData.Path("seed-models/CK"), StringComparison.Ordinal)
            .Replace("OUT", _folder["out"], StringComparison.Ordinal);
        (int exitCode, string error) = await ShellAsync($"{MexpProcess.ShellCommand} {script}");

        Assert.Equal(code, exitCode);
        if (message.Length == 0) Assert.Equal("", error);
        else Assert.Contains(message, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        if (command.Contains("OUT", StringComparison.Ordinal))
        {
            Assert.Contains(_folder.Files, file => file.StartsWith("out.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_training_goes_on_to_its_end_though_nobody_reads_its_words()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no head");
        string faces = FaceFolder.Create(_folder, "faces", 4, "happy", "sad", "fear");
        await ShellAsync(
            $"({MexpProcess.ShellCommand} train --data '{faces}' --epochs 3 --threads 1 -o '{_folder["m.onnx"]}'; echo $? > " +
                $"'{_folder["code"]}') | true");
        Assert.Equal("0\n", await File.ReadAllTextAsync(_folder["code"], Patience));
        Assert.True(File.Exists(_folder["m.onnx"]));
        Assert.Equal(4, File.ReadLines(_folder["m.csv"]).Count());
    }

    [Fact]
    public async Task Copies_are_drawn_to_the_end_though_nobody_reads_the_results()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no head");
        for (int i = 0; i < 60; i++) _folder.Write($"in/{i:00}.png", Pictures.Png());
        await ShellAsync(
            $"{MexpProcess.ShellCommand} predict '{_folder["in"]}' --faces whole --model '{TestModel.Path}' --annotate " +
            $"'{_folder["drawn"]}' --jobs 1 | true");
        Assert.Equal(60, _folder.Files.Count(file => file.StartsWith("drawn", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("predict|PICTURE|--faces|whole|-o|OUT")]
    [InlineData("train|--data|FACES|--epochs|1|-o|OUT.onnx")]
    [InlineData("import|CHECKPOINT|-o|OUT")]
    [InlineData("quantize|MODEL|--calibrate|FACES|-o|OUT")]
    [InlineData("crossvalidate|--data|FACES|--epochs|1|--folds|2|-o|OUT")]
    [InlineData("sweep|--data|FACES|--holdout|0.3|--epochs|1|-o|OUT.csv")]
    public async Task A_second_run_on_one_output_says_so_and_ends_before_the_work(string command)
    {
        string faces = FaceFolder.Create(_folder, "faces", 4, "happy", "sad", "fear");
        string[] arguments = [
            .. command.Split('|').Select(word => word.Replace("PICTURE", _folder.Write("a.png", Pictures.Png()), StringComparison.Ordinal)
            .Replace("FACES", faces, StringComparison.Ordinal)
                .Replace("CHECKPOINT", ReferenceData.Path("seed-models/CK"), StringComparison.Ordinal)
            .Replace("MODEL", TestModel.Path, StringComparison.Ordinal).Replace("OUT", _folder["out"], StringComparison.Ordinal))];
        string output = arguments[^1];
        using (AtomicFile other = new(output))
        {
            Mexp run = await Mexp.RunAsync(arguments);
            Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
            Assert.Equal([$"mexp: cannot write {output}: another run is writing it"], run.ErrorLines);
            other.Stream.Write("whole"u8);
            other.Commit();
        }

        Assert.Equal("whole", await File.ReadAllTextAsync(output, Patience));
    }

    [Fact]
    public async Task What_a_killed_run_left_is_gone_after_the_next_one_and_long_names_work()
    {
        string name = new string('n', 251) + ".csv", picture = _folder.Write("a.png", Pictures.Png());
        await File.WriteAllTextAsync(_folder[".other.csv.mexp-tmp"], "half", Patience);
        Mexp run = await Mexp.RunAsync(
            "predict", picture, "--faces", "whole", "--model", TestModel.Path, "-o", Path.Combine(_folder.Path, name));
        Assert.Equal("", run.Error);
        Assert.Equal(
            ["a.png", name], Directory.GetFiles(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("predict PIPE")]
    [InlineData("explain PIPE -o OUT.png --faces whole")]
    public async Task A_pipe_in_the_place_of_a_picture_is_refused_at_once(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such pipes");
        string pipe = _folder["pipe.png"];
        await Process.Start("mkfifo", pipe).WaitForExitAsync(Patience);
        Mexp run = await Mexp.RunAsync(
            [.. command.Replace("OUT", _folder["out"], StringComparison.Ordinal).Split(' ')
                .Select(word => word.Replace("PIPE", pipe, StringComparison.Ordinal)), "--model", TestModel.Path])
            .WaitAsync(TimeSpan.FromSeconds(60), Patience);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal([$"mexp: {pipe}: a pipe or device; expected a file"], run.ErrorLines);
    }

    [Theory]
    [InlineData("cat 'PICTURE' | MEXP predict /dev/stdin --faces whole --model 'MODEL'")]
    [InlineData("cat 'PICTURE' | MEXP predict /dev/fd/0 --faces whole --model 'MODEL'")]
    [InlineData("cat 'PICTURE' | MEXP predict /dev/fd/0 --min-face 200 --no-face whole --model 'MODEL'")]
    [InlineData("cat 'PICTURE' | MEXP predict /dev/fd/0 --annotate 'OUT' --min-face 200 --no-face whole")]
    [InlineData("cat 'PICTURE' | MEXP explain /dev/fd/0 -o 'OUT.png' --min-face 60")]
    public async Task What_a_shell_hands_over_under_a_path_is_read(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such paths");
        (int code, string error) = await ShellAsync(
            script.Replace("PICTURE", TestFilm.Portrait, StringComparison.Ordinal)
                .Replace("OUT", _folder["out"], StringComparison.Ordinal)
                .Replace("MEXP", MexpProcess.ShellCommand, StringComparison.Ordinal)
                .Replace("MODEL", TestModel.Path, StringComparison.Ordinal));
        Assert.Equal((ExitCode.Success, ""), (code, error));
    }

    [Fact]
    public async Task A_run_that_waits_for_a_pipe_ends_soon_after_a_stop()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such pipes");
        await Process.Start("mkfifo", _folder["model.onnx"]).WaitForExitAsync(Patience);
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(0.3));
        long start = Stopwatch.GetTimestamp();
        TimeSpan patience = new Terminal(Stream.Null, Stream.Null, TextWriter.Null).StopPatience;
        Mexp run = await Mexp.RunAsync(
            new MexpSurroundings { Cancellation = stop.Token, StopPatience = patience }, "inspect", _folder["model.onnx"]);
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.3, 30);

        // So that the reader that is left behind ends too.
        await File.WriteAllTextAsync(_folder["model.onnx"], "no model", Patience);
    }

    private static async Task<(int ExitCode, string Error)> ShellAsync(string script)
    {
        using Process process = MexpProcess.StartShell(script);
        Task<string> output = process.StandardOutput.ReadToEndAsync(Patience);
        string error = await process.StandardError.ReadToEndAsync(Patience);
        await output;
        await process.WaitForExitAsync(Patience);
        return (process.ExitCode, error);
    }
}
