using System.Globalization;
using System.Text.Json;
using MicroExpNet.Cli.Video;
using MicroExpNet.Tests;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Tests;

/// <summary><c>mexp video</c> on films that FFmpeg makes of the sample portrait.</summary>
public sealed class VideoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_film_gives_a_row_for_each_face_of_each_frame_and_its_events()
    {
        // The portrait from 1 s to 2 s of 3 s, black before and after.
        string film = Film(
            "film.mp4", "-f lavfi -i color=black:size=512x512:rate=10 -loop 1 -r 10 -i PHOTO -t 3 -filter_complex " +
            "[0][1]overlay=enable='between(t,1,1.99)' -pix_fmt yuv420p -c:v libx264");
        string csv = _folder["faces.csv"], events = _folder["events.csv"], subtitles = _folder["events.vtt"];
        Mexp run = await Mexp.RunAsync("video", film, "--min-face", "60", "-o", csv, "--events", events);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("film.mp4: 512×512 h264, 0:02.9, 30 frames, 10 faces", run.Output, StringComparison.Ordinal);
        Assert.Contains("happy 100%", run.Output, StringComparison.Ordinal);

        string[][] rows = [.. File.ReadLines(csv).Select(line => line.Split(','))];
        Assert.Equal(
            ["film", "frame", "time", "track", "x", "y", "box_width", "box_height", "score", "left_eye_x", "left_eye_y", "right_eye_x",
                "right_eye_y", "expression", "probability",
                "neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"],
            rows[0]);
        Assert.Equal(10, rows.Length - 1);
        Assert.All(rows.Skip(1), (row, i) =>
        {
            Assert.Equal(
                [film, (i + 10).ToString(CultureInfo.InvariantCulture), (1 + (i / 10.0))
                .ToString("0.000", CultureInfo.InvariantCulture), "1"], row[..4]);
            Assert.Equal("happy", row[13]);
            Assert.Equal(1, row[15..].Sum(value => double.Parse(value, CultureInfo.InvariantCulture)), 1e-3);
        });

        string[] found = await File.ReadAllLinesAsync(events, TestContext.Current.CancellationToken);
        Assert.StartsWith($"{film},1,happy,1.000,2.000,1.000,", Assert.Single(found.Skip(1)), StringComparison.Ordinal);
        await Mexp.RunAsync("video", film, "--min-face", "60", "--events", subtitles);
        Assert.StartsWith(
            "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nface 1: happy (",
            await File.ReadAllTextAsync(subtitles, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("copy.avi")]
    [InlineData("copy")]
    public async Task A_copy_of_another_kind_is_refused_before_the_film_is_read(string name)
    {
        string film = Film("film.mp4", "-loop 1 -r 10 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264");
        Mexp run = await Mexp.RunAsync("video", film, "--annotate", _folder[name]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: --annotate {_folder[name]}: the name must end in .mp4, .m4v, .mov, .mkv", run.Error.Trim());
    }

    // The pattern names no file: what counts are the pictures.
    [Fact]
    public void Numbered_pictures_that_change_are_another_film()
    {
        Directory.CreateDirectory(_folder["frames"]);
        string pattern = Film("frames/%03d.png", "-loop 1 -r 10 -i PHOTO -frames:v 3");
        string before = ProgressFolder.Stamp(pattern);
        Assert.Equal(before, ProgressFolder.Stamp(pattern));
        Film("frames/%03d.png", "-f lavfi -i color=gray:size=512x512:rate=10 -frames:v 3");
        Assert.NotEqual(before, ProgressFolder.Stamp(pattern));

        // Renamed among themselves, they are as many and as large as before.
        before = ProgressFolder.Stamp(pattern);
        File.WriteAllText(_folder["frames/001.png"], "other");
        string changed = ProgressFolder.Stamp(pattern);
        File.Move(_folder["frames/001.png"], _folder["frames/x.png"]);
        File.Move(_folder["frames/002.png"], _folder["frames/001.png"]);
        File.Move(_folder["frames/x.png"], _folder["frames/002.png"]);
        Assert.NotEqual(changed, ProgressFolder.Stamp(pattern));
    }

    [Fact]
    public void A_film_of_the_same_length_and_time_is_another_film()
    {
        byte[] bytes = new byte[1_000_000];
        string film = _folder.Write("film.mp4", bytes), before = ProgressFolder.Stamp(film);
        DateTime written = File.GetLastWriteTimeUtc(film);
        bytes[500_000] = 1;
        File.WriteAllBytes(film, bytes);
        File.SetLastWriteTimeUtc(film, written);
        Assert.NotEqual(before, ProgressFolder.Stamp(film));
        bytes[500_000] = 0;
        File.WriteAllBytes(film, bytes);
        File.SetLastWriteTimeUtc(film, written);
        Assert.Equal(before, ProgressFolder.Stamp(film));
    }

    [Fact]
    public void All_files_of_a_detector_and_its_verifier_and_of_a_checkpoint_decide_the_results()
    {
        string detector = _folder.Write("d.onnx", [1]), verifier = _folder.Write("v.onnx", [2]);
        Assert.Equal([detector, verifier], VideoCommand.NamedFiles($"{detector},{verifier}"));
        Assert.Equal([detector], VideoCommand.NamedFiles(detector));
        string folder = ReferenceData.Path("seed-models/CK");
        Assert.Equal(Directory.GetFiles(folder).Order(StringComparer.Ordinal), VideoCommand.NamedFiles(folder));
        string index = Directory.GetFiles(folder, "*.index").Single();
        Assert.Contains(index, VideoCommand.NamedFiles(index[..^".index".Length]));
        Assert.Contains(
            Directory.GetFiles(folder, "*.data-*").Single(), VideoCommand.NamedFiles(index[..^".index".Length]));
        Assert.Empty(VideoCommand.NamedFiles("2s"));
        Assert.Empty(VideoCommand.NamedFiles(""));
    }

    [Fact]
    public async Task A_film_is_not_overwritten_through_a_link()
    {
        string film = Film("film.mp4", "-loop 1 -r 10 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264"), soft = _folder["soft.mp4"];
        byte[] before = await File.ReadAllBytesAsync(film, TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(soft, film);
        Directory.CreateSymbolicLink(_folder["folder"], Path.GetDirectoryName(film)!);
        foreach ((string input, string option, string output) in new[]
            {
                (film, "--annotate", Path.Combine(_folder["folder"], "film.mp4")), (soft, "--annotate", film), (film, "--annotate", soft),
            })
        {
            Mexp run = await Mexp.RunAsync("video", input, option, output);
            Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
            Assert.Equal($"mexp: {option} {output}: {input}, which is read, would be replaced; name another file", run.Error.Trim());
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(film, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_part_of_a_film_has_the_films_own_times()
    {
        string film = Film("film.mp4", "-loop 1 -r 10 -i PHOTO -t 3 -pix_fmt yuv420p -c:v libx264");
        Mexp run = await Mexp.RunAsync(
            "video", film, "--min-face", "60", "--from", "1", "--to", "0:02", "--every", "0.5s", "-o", _folder["faces.ndjson"]);
        Assert.Equal("", run.Error);
        double[] times = [
            .. File.ReadLines(_folder["faces.ndjson"])
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("time").GetDouble())];
        Assert.Equal([1.0, 1.5], times);
    }

    [Fact]
    public async Task What_is_no_film_costs_one_line_and_the_others_are_done()
    {
        string film = Film("film.mp4", "-loop 1 -r 5 -i PHOTO -t 0.4 -pix_fmt yuv420p -c:v libx264");
        string text = _folder["text.mp4"];
        await File.WriteAllTextAsync(text, "no film", TestContext.Current.CancellationToken);
        Mexp run = await Mexp.RunAsync("video", text, _folder["gone.mp4"], film, "--min-face", "60", "-o", _folder["faces.csv"]);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal(2, run.ErrorLines.Length);
        Assert.StartsWith($"mexp: '{text}' is not a film", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal($"mexp: {_folder["gone.mp4"]}: no such file", run.ErrorLines[1]);
        Assert.Equal(3, File.ReadLines(_folder["faces.csv"]).Count());
    }

    [Fact]
    public async Task An_annotated_copy_has_every_frame_its_time_the_sound_and_the_boxes()
    {
        // Frames at 0, 0.1, 0.4, 0.9 and 1.6 s; 512×511 pixels; a tone.
        string film = Film(
            "film.mkv", "-loop 1 -r 10 -i PHOTO -f lavfi -i sine=440:duration=2 -vf crop=512:511:0:0,settb=1/1000,setpts=N*N/10/TB " +
            "-frames:v 5 -fps_mode passthrough -enc_time_base 1/1000 -c:v ffv1 -c:a aac");
        string copy = _folder["drawn.mp4"];
        Mexp run = await Mexp.RunAsync("video", film, "--min-face", "60", "--annotate", copy);
        Assert.Equal("", run.Error);
        VideoFile drawn = VideoFile.Open(copy);
        Assert.Equal((512, 512, "h264", "aac"), (drawn.Info.Width, drawn.Info.Height, drawn.Info.Codec, drawn.Info.AudioCodec));
        List<double> times = [];
        double difference = 0;
        byte[] plain = await FirstFrame(film, 511);
        await foreach (VideoFrame frame in drawn.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            times.Add(Math.Round(frame.Time.TotalSeconds, 2));
            for (int i = 0; i < plain.Length; i++) difference += Math.Abs(frame.Luma.Span[i] - plain[i]) > 60 ? 1 : 0;
        }

        // The sound's first packet comes before its first sample: Matroska moves the picture by its length.
        Assert.InRange(times[0], 0, 0.03);
        Assert.Equal([0, 0.1, 0.4, 0.9, 1.6], times.Select(time => Math.Round(time - times[0], 2)));
        Assert.Equal(await TimesAsync(film), times);

        // A box of some 100 pixels a side and two pixels' width, and its label: a few thousand pixels of each frame are others.
        Assert.InRange(difference / times.Count, 500, 20_000);
    }

    [Fact]
    public async Task A_cameras_faces_are_rows_on_standard_output()
    {
        string portrait = ReferenceData.Repository("samples/astronaut.png");
        Mexp run = await Mexp.RunAsync("camera", "--device", $"lavfi:movie={portrait}:loop=0,setpts=N/(10*TB)", "--duration", "1");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Matches(@"^mexp: lavfi:movie=.*: \d+ frames were recognised$", Assert.Single(run.ErrorLines));
        JsonElement[] rows = [.. run.OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.InRange(rows.Length, 1, 10);
        Assert.All(rows, row =>
        {
            Assert.Equal("happy", row.GetProperty("expression").GetString());
            Assert.InRange(row.GetProperty("time").GetDouble(), 0, 1);
        });
    }

    [Fact]
    public async Task A_camera_that_ends_by_itself_is_said_to_have_ended()
    {
        string portrait = ReferenceData.Repository("samples/astronaut.png");
        Mexp run = await Mexp.RunAsync("camera", "--device", $"lavfi:movie={portrait},loop=2:1,setpts=N/(25*TB)");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Matches(@"^mexp: lavfi:movie=.*: [1-3] frames were recognised; the camera ended$", Assert.Single(run.ErrorLines));

        // FFmpeg is killed after some frames, as with a camera that is unplugged.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell script stands for FFmpeg");
        FFmpegInstallation ffmpeg = FFmpegInstallation.Find();
        _folder.Write(
            "bin/ffmpeg", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{ffmpeg.Ffmpeg} \"$@\" | head -c {2 * 512 * 512}\nkill -9 $$\n"));
        File.CreateSymbolicLink(_folder["bin/ffprobe"], ffmpeg.Ffprobe);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["bin/ffmpeg"], (UnixFileMode)0b111_101_101);
        run = await Mexp.RunAsync(
            "camera", "--device", $"lavfi:movie={portrait}:loop=0,setpts=N/(25*TB)", "--ffmpeg", _folder["bin"], "-o", _folder["c.csv"]);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.EndsWith("; the camera ended: ffmpeg was killed by signal 9", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["c.csv"]));
    }

    [Fact]
    public async Task What_is_wrong_with_a_picture_without_pixels_is_said()
    {
        File.WriteAllText(_folder["text.png"], "no picture");
        Mexp run = await Mexp.RunAsync("video", _folder["text.png"]);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        string line = Assert.Single(run.ErrorLines);
        Assert.StartsWith($"mexp: '{_folder["text.png"]}': no frame can be decoded (", line, StringComparison.Ordinal);
        Assert.Contains("Invalid PNG signature", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_camera_that_is_not_there_costs_one_line()
    {
        Mexp run = await Mexp.RunAsync("camera", "--device", "/dev/video99");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.StartsWith("mexp: there is no camera '/dev/video99'; ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        run = await Mexp.RunAsync("camera", "--device", "lavfi:nosuchfilter");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("no frame can be decoded", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private static async Task<byte[]> FirstFrame(string film, int rows)
    {
        await foreach (VideoFrame frame in VideoFile.Open(film).ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            return frame.Luma[..(512 * rows)].ToArray();
        }

        return [];
    }

    [Theory]
    [InlineData("--output faces.txt: the name must end in .csv, .ndjson or .parquet, or --format say the format", "-o", "faces.txt")]
    [InlineData("--events e.json: the name must end in .csv, .vtt, .srt, .eaf, .boris", "--events", "e.json")]
    [InlineData("--output -: name a file", "-o", "-", "--format", "csv")]
    [InlineData("--separator is for CSV, not for parquet", "-o", "faces.parquet", "--separator", ";")]
    [InlineData("--chart c.pdf: the name must end in .png or .svg", "--chart", "c.pdf")]
    [InlineData("--events f.vtt: .vtt holds the events of one film, not of 2; .csv and .boris hold all", "other.mp4", "--events", "f.vtt")]
    [InlineData("--chart c.png: this is one file for 2 films; name one film", "other.mp4", "--chart", "c.png")]
    [InlineData("--summary f.csv: --output writes this file, too; name another", "-o", "f.csv", "--summary", "f.csv")]
    [InlineData("--report ./index.html: --summary writes this file, too; name another", "--report", ".", "--summary", "index.html")]
    [InlineData(
        "--every 99999999999: expected a number of frames up to 2147483647, such as 5, or seconds, such as 0.5s", "--every", "99999999999")]
    [InlineData("--every 0: expected a number of frames, such as 5, or seconds, such as 0.5s", "--every", "0")]
    [InlineData("--to must be later than --from", "--from", "2", "--to", "1")]
    public async Task Wrong_options_are_named(string message, params string[] arguments)
    {
        Mexp run = await Mexp.RunAsync(["video", "film.mp4", .. arguments]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: {message}", run.ErrorLines[0]);
    }

    private static async Task<List<double>> TimesAsync(string film)
    {
        List<double> times = [];
        await foreach (VideoFrame frame in VideoFile.Open(film).ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            times.Add(Math.Round(frame.Time.TotalSeconds, 2));
        }

        return times;
    }

    private string Film(string name, string options) => TestFilm.Write(_folder[name], options);
}
