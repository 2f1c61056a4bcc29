using System.Diagnostics;
using System.Text.Json;
using MicroExpNet.Tests;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Tests;

/// <summary>Each kind of bad input costs <c>mexp video</c> one line and its exit code, and nothing is half-written.</summary>
public sealed class VideoBadInputTests : IDisposable
{
    private const string Portrait = "-loop 1 -r 10 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_film_is_a_wrong_command()
    {
        Mexp run = await Mexp.RunAsync("video");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
    }

    [Fact]
    public async Task An_empty_path_costs_one_line() => await Refused("mexp: an empty path", "");

    [Fact]
    public async Task A_file_that_is_not_there_costs_one_line() =>
        await Refused($"mexp: {_folder["gone.mp4"]}: no such file", _folder["gone.mp4"]);

    [Theory]
    [InlineData("text.mp4", "no film at all")]
    [InlineData("empty.mkv", "")]
    [InlineData("half.webp", "RIFF\u0010\0\0\0WEBPVP8X\n\0\0\0\u0002\0\0\0\0\0")]
    [InlineData("list.m3u8", "#EXTM3U\n#EXTINF:5,\n/etc/passwd\n")]
    [InlineData("list.txt", "ffconcat version 1.0\nfile /etc/passwd\n")]
    public async Task What_is_no_film_costs_one_line(string name, string content)
    {
        await File.WriteAllTextAsync(_folder[name], content, TestContext.Current.CancellationToken);
        await Refused($"mexp: '{_folder[name]}' is not a film: ", _folder[name]);
    }

    [Fact]
    public async Task Sound_alone_costs_one_line()
    {
        string sound = Film("sound.m4a", "-f lavfi -i sine=440 -t 0.5");
        await Refused($"mexp: '{sound}' is not a film: it holds sound alone", sound);

        // The picture on a record's sleeve is no film either.
        string sleeve = Film("sleeve.mp3", "-f lavfi -i sine=440 -i PHOTO -t 0.5 -map 0 -map 1 -c:v png -disposition:v attached_pic");
        await Refused($"mexp: '{sleeve}' is not a film: it holds sound alone", sleeve);
    }

    [Fact]
    public async Task A_film_without_frames_costs_one_line()
    {
        string film = Film("none.mkv", "-f lavfi -i color=gray:size=64x64:rate=10 -t 1 -pix_fmt yuv420p -c:v ffv1");
        byte[] bytes = await File.ReadAllBytesAsync(film, TestContext.Current.CancellationToken);
        ReadOnlySpan<byte> cluster = [0x1F, 0x43, 0xB6, 0x75];
        await File.WriteAllBytesAsync(film, bytes[..bytes.AsSpan().IndexOf(cluster)], TestContext.Current.CancellationToken);
        await Refused($"mexp: '{film}' is not a film: End of file", film);
    }

    [Fact]
    public async Task A_film_that_cannot_be_read_costs_one_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have other permissions there");
        string film = Film("film.mp4", Portrait);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(film, UnixFileMode.None);

        // Root may read everything; the memory of a process at address 0 nobody.
        await Refused("mexp: '", Environment.IsPrivilegedProcess ? "/proc/self/mem" : film);
    }

    [Theory]
    [InlineData("is 1 s long; reading cannot start at 5 s", "--from", "5")]
    [InlineData("has 1 video stream; there is no number 3", "--stream", "3")]
    public async Task A_part_that_the_film_does_not_have_costs_one_line(string reason, string option, string value)
    {
        string film = Film("film.mp4", Portrait);
        await Refused($"mexp: '{film}' {reason}", film, option, value);
    }

    [Fact]
    public async Task An_end_after_the_films_own_is_its_own()
    {
        Mexp run = await Mexp.RunAsync("video", Film("film.mp4", Portrait), "--to", "1:00:00", "--min-face", "60");
        Assert.Equal(("", ExitCode.Success), (run.Error, run.ExitCode));
        Assert.Contains(" 10 frames", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_stream_is_read_when_asked_for()
    {
        string film = Film(
            "two.mkv", "-f lavfi -i color=gray:size=64x64:rate=10 -loop 1 -r 10 -i PHOTO -t 0.5 -map 0 -map 1 -pix_fmt yuv420p " +
            "-c:v libx264");
        Mexp run = await Mexp.RunAsync("video", film, "--stream", "1", "--min-face", "60");
        Assert.Contains("512×512 h264, 0:00.4, 5 frames, 5 faces", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--output", "f.csv")]
    [InlineData("--output", "f.parquet")]
    [InlineData("--events", "e.eaf")]
    [InlineData("--summary", "s.json")]
    [InlineData("--chart", "c.png")]
    public async Task An_output_that_cannot_be_made_is_named_before_the_work(string option, string name)
    {
        string path = Path.Combine(_folder.Path, "none", name);
        Mexp run = await Mexp.RunAsync("video", Film("film.mp4", Portrait), option, path);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: cannot write {path}: its folder does not exist", Assert.Single(run.ErrorLines));
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    public async Task A_full_disk_costs_one_line_and_leaves_nothing(string format)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        string film = Film("film.mp4", Portrait);
        Mexp run = await Mexp.RunAsync("video", film, film + "/../film.mp4", "--min-face", "60", "-o", "/dev/full", "--format", format);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.StartsWith("mexp: cannot write /dev/full: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries("/dev", ".full*"));
    }

    [Fact]
    public void A_disk_that_is_full_in_the_middle_of_an_output_names_it_and_leaves_nothing()
    {
        string path = _folder["summary.json"];
        CommandException failure = Assert.Throws<CommandException>(() => OutputFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Equal((ExitCode.WrongCommand, $"cannot write {path}: No space left on device"), (failure.ExitCode, failure.Message));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task An_annotated_copy_that_cannot_be_written_ends_the_run_as_any_other_output()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell script stands for FFmpeg");
        string film = Film("film.mp4", Portrait);
        FFmpegInstallation ffmpeg = FFmpegInstallation.Find();
        File.CreateSymbolicLink(_folder["bin/ffprobe"], ffmpeg.Ffprobe);
        string program = _folder["bin/ffmpeg"];
        await File.WriteAllTextAsync(
            program,
            $"#!/bin/sh\ncase \"$*\" in *libx264*) echo 'No space left on device' >&2; exit 1;; esac\nexec {ffmpeg.Ffmpeg} \"$@\"\n",
            TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string csv = _folder["f.csv"], copy = _folder["a.mp4"];
        Mexp run = await Mexp.RunAsync(
            "video", film, "--min-face", "60", "-o", csv, "--annotate", copy, "--ffmpeg", _folder["bin"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: '{copy}' cannot be written: No space left on device", Assert.Single(run.ErrorLines));
        Assert.False(File.Exists(csv) || File.Exists(copy));
    }

    [Theory]
    [InlineData("video 'FILM' --annotate 'OUT/noise.mp4'", 2)]
    [InlineData("blur 'FILM' -o 'OUT'", 1)]
    public async Task A_full_disk_ends_a_copy_with_its_reason(string command, int code)
    {
        // A file that may not grow: the system refuses to write it, as it does on a full disk.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no ulimit");
        string film = Film("noise.mp4", "-f lavfi -i nullsrc=size=320x240:rate=25:duration=8 -vf geq=random(1)*255:128:128 -c:v mpeg4");
        Directory.CreateDirectory(_folder["out"]);
        (int exitCode, string error) = await ShellAsync(
            "trap '' XFSZ; ulimit -f 400; export DOTNET_EnableWriteXorExecute=0; exec " + Filled(command, film));
        Assert.Equal(code, exitCode);
        Assert.Matches("^mexp: .*noise.mp4.*: [^:]+\n$", error);
        Assert.DoesNotContain(_folder.Files, file => file.StartsWith("out/", StringComparison.Ordinal) && !file.Contains(".mexp-progress"));
    }

    [Theory]
    [InlineData("video 'FILM' -o 'OUT/a.csv' --annotate 'OUT/long.mp4'", "long.mp4: not written, since its film was")]
    [InlineData("blur 'FILM' -o 'OUT'", "stopped; nothing is written of this film")]
    public async Task Ctrl_C_in_a_terminal_stops_a_copy_though_FFmpeg_gets_it_too(string command, string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no process groups");
        string film = Film("long.mp4", "-loop 1 -r 25 -i PHOTO -t 60 -pix_fmt yuv420p -c:v libx264 -preset ultrafast");
        Directory.CreateDirectory(_folder["out"]);
        using Process run = MexpProcess.StartShell($"exec setsid {Filled(command, film)}");
        Task<string> output = run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string begun = _folder["out/.long.mp4.mexp-tmp"];
        while (!run.HasExited && !(File.Exists(begun) && new FileInfo(begun).Length > 0))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await MexpProcess.SignalGroupAsync(run, "INT");
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        (int exitCode, string error) = (run.ExitCode, await errors);
        Assert.Equal(ExitCode.Interrupted, exitCode);
        Assert.Contains(line, error, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Files, file => file is "out/long.mp4" || file.EndsWith("mexp-tmp", StringComparison.Ordinal));
        Assert.Equal(command.Contains("a.csv"), _folder.Files.Contains("out/a.csv"));
    }

    private string Filled(string command, string film) =>
        $"{MexpProcess.ShellCommand} {command.Replace("FILM", film).Replace("OUT", _folder["out"])}";

    private static async Task<(int ExitCode, string Error)> ShellAsync(string script)
    {
        using Process shell = MexpProcess.StartShell(script);
        Task<string> output = shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, error);
    }

    [Fact]
    public async Task FFmpeg_killed_in_the_middle_keeps_what_was_decoded_and_the_same_command_goes_on()
    {
        string film = Film("film.mp4", Portrait), csv = _folder["f.csv"], summary = _folder["s.json"];

        // Four frames, then a SIGKILL: once.
        string bin = TestFilm.WithScript(_folder["bin"], "ffmpeg", real =>
            $"[ -e {_folder["was"]} ] && exec {real} \"$@\"\ntouch {_folder["was"]}\n" +
                $"{real} \"$@\" | head -c {4 * 512 * 512}\nkill -9 $$");
        string[] arguments = ["video", film, "--min-face", "60", "-o", csv, "--summary", summary, "--ffmpeg", bin];
        Mexp run = await Mexp.RunAsync(arguments);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal(
            $"mexp: {film}: ffmpeg was killed by signal 9 at 0:00.3; what was done until then is written, and the same command goes on " +
            "from there", Assert.Single(run.ErrorLines));
        Assert.Equal(4, File.ReadLines(csv).Count() - 1);
        Assert.False(JsonDocument.Parse(File.ReadAllText(summary)).RootElement[0].GetProperty("complete").GetBoolean());

        run = await Mexp.RunAsync(arguments);
        Assert.Equal((ExitCode.Success, $"mexp: {film}: went on from 0:00.3"), (run.ExitCode, Assert.Single(run.ErrorLines)));
        Assert.Equal(10, File.ReadLines(csv).Count() - 1);
    }

    [Fact]
    public async Task A_missing_FFmpeg_costs_one_line_that_says_how_to_install_it()
    {
        Mexp run = await Mexp.RunAsync("video", Film("film.mp4", Portrait), "--ffmpeg", _folder.Path, "-o", _folder["f.csv"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("install it (", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Files, file => file.EndsWith(".csv", StringComparison.Ordinal));
    }

    private async Task Refused(string line, params string[] arguments)
    {
        string csv = _folder.Write("out/f.csv", "of an earlier run"u8.ToArray());
        Mexp run = await Mexp.RunAsync(
            ["video", .. arguments, "-o", csv, "--report", _folder["out/report"], "--events", _folder["out/e.csv"], "--summary",
                _folder["out/s.csv"]]);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.StartsWith(line, Assert.Single(run.ErrorLines), StringComparison.Ordinal);

        // Results of an earlier run stay; there is no page, and no trace of the work.
        Assert.Equal([csv], Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories));
        Assert.Equal("of an earlier run", await File.ReadAllTextAsync(csv, TestContext.Current.CancellationToken));
    }

    private string Film(string name, string options) => TestFilm.Write(_folder[name], options);
}
