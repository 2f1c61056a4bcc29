using System.Diagnostics;
using System.Text.Json;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>What signals and pictures do to a worker's process.</summary>
public sealed class LabelProcessTests : IDisposable
{
    private readonly LabelFolder _label = new();
    private readonly SlowServer _server = new();

    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _label.Dispose();
    }

    [Fact]
    public async Task A_picture_that_ends_the_process_becomes_an_error_row_at_the_third_try()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals");
        string list = _label.List(
            "list.txt", [.. Enumerable.Range(0, 6).Select(i => $"{_server.Url}/{i}.png"), $"{_server.Url}/slow.png",
            .. Enumerable.Range(7, 6).Select(i => $"{_server.Url}/{i}.png")]);
        for (int i = 0; i < 2; i++)
        {
            // As a decoder's crash does, the kill comes while the picture is in work.
            using Process killed = Start(list);
            await _server.AskedForSlow();
            killed.Kill();
            await killed.WaitForExitAsync(Patience);
            _server.Forget();
            Assert.Empty(_label.Parts);
        }

        using Process last = Start(list);
        await last.WaitForExitAsync(Patience);

        Assert.True(last.ExitCode == ExitCode.Success, await last.StandardError.ReadToEndAsync(Patience));
        object?[][] errors = LabelFolder.Query($"SELECT file, error FROM '{_label.Output}/*.parquet' WHERE error IS NOT NULL");
        Assert.Equal(
            $"{_server.Url}/slow.png: the process ended 2 times while it was read; not tried again", Assert.Single(errors)[1]);
        Assert.Equal(13, (await _label.FilesOfRowsAsync()).Length);
        Assert.Empty(_label.Leftovers);
    }

    [Fact]
    public async Task A_termination_signal_lets_the_picture_in_work_end_and_the_code_asks_for_a_new_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals");
        string list = _label.List(
            "list.txt", [$"{_server.Url}/1.png", $"{_server.Url}/2.png", $"{_server.Url}/slow.png", $"{_server.Url}/3.png"]);
        using Process process = Start(list, "--unit", "2", "--jobs", "1");
        await _server.AskedForSlow();
        await MexpProcess.SignalAsync(process, "TERM");
        await Task.Delay(200, Patience);
        Assert.False(process.HasExited);
        _server.Release();
        await process.WaitForExitAsync(Patience);

        Assert.Equal(ExitCode.Preempted, process.ExitCode);
        Assert.Contains("stopped with 1 of 2 units left", await process.StandardError.ReadToEndAsync(Patience), StringComparison.Ordinal);
        Assert.Single(_label.Parts);
        Assert.Empty(_label.Leftovers);

        using Process next = Start(list, "--unit", "2");
        await next.WaitForExitAsync(Patience);
        Assert.Equal(ExitCode.Success, next.ExitCode);
        Assert.Equal(4, (await _label.FilesOfRowsAsync()).Length);
    }

    [Fact]
    public async Task A_picture_that_does_not_end_is_left_in_order_after_a_termination_signal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals");
        string list = _label.List("list.txt", [$"{_server.Url}/1.png", $"{_server.Url}/slow.png"]);
        using Process process = Start(list);
        await _server.AskedForSlow();
        await MexpProcess.SignalAsync(process, "TERM");
        await process.WaitForExitAsync(Patience);

        Assert.Equal(
            (ExitCode.Preempted, "mexp: stopped with 1 of 1 units left; the same command goes on\n"),
            (process.ExitCode, await process.StandardError.ReadToEndAsync(Patience)));
        Assert.Empty(_label.Parts);
        Assert.Empty(_label.Leftovers);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 1)]
    public async Task A_film_whose_FFmpeg_ends_is_tried_again_and_then_an_error(int ends, int errors)
    {
        string film = TestFilm.Write(
            _label.Folder["film.mp4"], "-loop 1 -i PHOTO -t 0.4 -r 10 -vf scale=256:256 -pix_fmt yuv420p");
        string count = _label.Folder["count"], bin = TestFilm.WithScript(_label.Folder["bin"], "ffmpeg", real =>
            $"echo >> {count}\n[ $(wc -l < {count}) -gt {ends} ] && exec {real} \"$@\"\n" +
                $"{real} \"$@\" | head -c {2 * 256 * 256}\nkill -11 $$");
        string list = _label.List("list.txt", [$"{_server.Url}/1.png", $"{_server.Url}/2.png"]);
        using Process process = MexpProcess.StartShell(
            $"MEXP_FFMPEG='{bin}' {MexpProcess.ShellCommand} label '{film}' '{list}' --faces whole --model '{_label.Model}' " +
                $"-o '{_label.Output}'");
        Task<string> output = process.StandardOutput.ReadToEndAsync(Patience);
        string error = await process.StandardError.ReadToEndAsync(Patience);
        await process.WaitForExitAsync(Patience);
        await output;

        Assert.True(process.ExitCode == ExitCode.Success, error);
        Assert.Equal(errors == 0 ? 6 : 3, (await _label.FilesOfRowsAsync()).Length);
        object?[][] rows = LabelFolder.Query($"SELECT error FROM '{_label.Output}/*.parquet' WHERE error IS NOT NULL");
        Assert.Equal(
            Enumerable.Repeat($"{film}: the process ended 2 times while it was read; not tried again", errors),
            rows.Select(row => (string?)row[0]));
    }

    [Fact]
    public async Task A_picture_that_takes_too_long_and_one_that_is_gone_are_error_rows()
    {
        string list = _label.List("list.txt", [$"{_server.Url}/slow.png", $"{_server.Url}/gone.png", $"{_server.Url}/1.png"]);

        Mexp run = await _label.LabelAsync(list, "--max-time", "3");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        object?[][] rows = LabelFolder.Query($"SELECT error FROM '{_label.Output}/*.parquet'");
        Assert.Equal(
            [$"{_server.Url}/slow.png: took longer than 3 s", $"{_server.Url}/gone.png: the server answers 404 NotFound", null],
            rows.Select(row => (string?)row[0]));
    }

    [Fact]
    public async Task A_unit_whose_processes_end_without_a_cause_is_given_up()
    {
        string list = _label.List("list.txt", _label.Pictures(4));
        await _label.LabelAsync(list, "--unit", "2");
        string part = _label.Parts[0], unit = Path.GetFileNameWithoutExtension(part)["part-".Length..];
        File.Delete(Path.Combine(_label.Output, part));
        for (int i = 0; i < 3; i++) _label.Folder.Write($"out/_label/tries/{unit}/{i}", []);

        Mexp run = await _label.LabelAsync(list, "--unit", "2");

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal(
            "mexp: unit 0 is given up: the process ended 3 times in it, and no picture explains it; 'mexp label --plan' with the same " +
            "options allows it another try",
            run.ErrorLines[^1]);
        JsonElement status = (await Mexp.RunAsync("label", "--status", _label.Output, "--json")).Json;
        Assert.Equal(1, status.GetProperty("units_given_up").GetInt32());

        // A person has found the cause.
        await _label.LabelAsync(list, "--unit", "2", "--plan");
        Assert.Equal(ExitCode.Success, (await _label.LabelAsync(list, "--unit", "2")).ExitCode);
        Assert.Equal(2, _label.Parts.Length);
    }

    private Process Start(string list, params string[] arguments) => MexpProcess.Start(
        ["label", list, "--faces", "whole", "--model", TestModel.Path, "-o", _label.Output, .. arguments]);
}
