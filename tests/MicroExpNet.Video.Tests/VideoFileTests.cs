using System.Security.Cryptography;
using MicroExpNet.Tests;

namespace MicroExpNet.Video.Tests;

/// <summary>Films are read as FFmpeg decodes them: every frame, its own time, its own size.</summary>
public sealed class VideoFileTests : IDisposable
{
    private readonly TestFilm _film = new();

    public void Dispose() => _film.Dispose();

    [Fact]
    public async Task Every_frame_is_the_luma_plane_that_FFmpeg_decodes()
    {
        string path = _film.Make("a.mp4", "-f lavfi -i testsrc2=size=322x242:rate=25 -t 1 -pix_fmt yuv420p -c:v libx264");
        string raw = _film.Make("a.raw", $"-i {path} -f rawvideo -pix_fmt yuv420p");
        byte[] expected = await File.ReadAllBytesAsync(raw, TestContext.Current.CancellationToken);
        int luma = 322 * 242, frame = luma * 3 / 2;
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(VideoFile.Open(path));
        Assert.Equal(25, read.Count);
        for (int i = 0; i < read.Count; i++)
        {
            Assert.Equal((i, 322, 242), ((int)read[i].Frame.Index, read[i].Frame.Width, read[i].Frame.Height));
            Assert.Equal(SHA256.HashData(expected.AsSpan(i * frame, luma)), read[i].Hash);
            Assert.Equal(i / 25.0, read[i].Frame.Time.TotalSeconds, 1e-3);
        }
    }

    [Fact]
    public async Task Frames_of_a_variable_rate_keep_their_own_times()
    {
        // Times of frame n: n² / 50 seconds.
        string path = _film.Make(
            "v.mkv", "-f lavfi -i testsrc2=size=64x64:rate=25 -frames:v 8 -vf settb=1/1000,setpts=N*N/50/TB -fps_mode passthrough " +
            "-enc_time_base 1/1000 -c:v libx264");
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(VideoFile.Open(path));
        Assert.Equal(
            [.. Enumerable.Range(0, 8).Select(n => Math.Round(n * n / 50.0, 2))],
            read.Select(one => Math.Round(one.Frame.Time.TotalSeconds, 2)));
    }

    // Without the sound FFmpeg counts these containers' times from the first picture.
    [Theory]
    [InlineData("late.ts", "libx264")]
    [InlineData("late.mpg", "mpeg2video")]
    [InlineData("late.mkv", "libx264")]
    public async Task Pictures_that_begin_after_the_sound_have_the_times_of_the_film(string name, string codec)
    {
        string path = _film.Make(
            name, "-f lavfi -i testsrc2=size=64x64:rate=25:duration=3 -f lavfi -i sine=440:duration=5 " +
            $"-filter_complex [0:v]setpts=PTS+1.5/TB[v] -map [v] -map 1 -pix_fmt yuv420p -fps_mode passthrough -c:v {codec} -c:a mp2");
        List<(VideoFrame Frame, byte[] Hash)> all = await Read(VideoFile.Open(path));
        Assert.Equal(1.5, all[0].Frame.Time.TotalSeconds, 0.05);
        Assert.Equal(4.46, all[^1].Frame.Time.TotalSeconds, 0.05);

        foreach (TimeSpan from in (TimeSpan[])[TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2.3)])
        {
            TimeSpan to = from + TimeSpan.FromSeconds(1.5);
            List<(VideoFrame Frame, byte[] Hash)> part = await Read(VideoFile.Open(path, new VideoFileOptions { From = from, To = to }));
            Assert.Equal(
                all.Where(one => one.Frame.Time >= from && one.Frame.Time < to).Select(one => Convert.ToHexString(one.Hash)),
                part.Select(one => Convert.ToHexString(one.Hash)));
            Assert.Equal(all.First(one => one.Frame.Time >= from).Frame.Time, part[0].Frame.Time);
        }

        List<(VideoFrame Frame, byte[] Hash)> everySecond = await Read(
            VideoFile.Open(path, new VideoFileOptions { EveryTime = TimeSpan.FromSeconds(1) }));
        Assert.Equal([1, 2, 3, 4], everySecond.Select(one => (int)one.Frame.Time.TotalSeconds));
    }

    // One keyframe alone: a search for the part's start would end after it.
    [Theory]
    [InlineData("part.ts", "libx264 -g 250")]
    [InlineData("part.mpg", "mpeg2video -g 30")]
    [InlineData("part.avi", "mpeg4 -g 250")]
    [InlineData("part.mp4", "libx264 -g 250")]
    public async Task A_part_of_a_film_is_the_same_frames_in_any_container(string name, string codec)
    {
        string path = _film.Make(name, $"-f lavfi -i testsrc2=size=64x64:rate=25 -t 4 -pix_fmt yuv420p -c:v {codec}");
        List<(VideoFrame Frame, byte[] Hash)> all = await Read(VideoFile.Open(path)), part = await Read(
            VideoFile.Open(path, new VideoFileOptions { From = TimeSpan.FromSeconds(2), To = TimeSpan.FromSeconds(3) }));
        Assert.Equal(
            [.. all.Where(one => one.Frame.Time.TotalSeconds is > 1.99 and < 2.99).Select(one => Convert.ToHexString(one.Hash))],
            part.Select(one => Convert.ToHexString(one.Hash)));
        Assert.Equal(2, part[0].Frame.Time.TotalSeconds, 1e-2);
    }

    [Fact]
    public async Task Frames_left_out_are_counted_across_a_change_of_size()
    {
        string first = _film.Make("1.ts", "-f lavfi -i testsrc2=size=128x96:rate=25 -t 1 -pix_fmt yuv420p -c:v libx264");
        string second = _film.Make(
            "2.ts", "-f lavfi -i testsrc2=size=64x48:rate=25 -t 1 -pix_fmt yuv420p -c:v libx264 -output_ts_offset 1");
        string path = _film["change.ts"];
        await File.WriteAllBytesAsync(
            path, [.. await File.ReadAllBytesAsync(first, TestContext.Current.CancellationToken),
                .. await File.ReadAllBytesAsync(second, TestContext.Current.CancellationToken)], TestContext.Current.CancellationToken);
        VideoFile film = VideoFile.Open(path);
        string[] all = [.. (await Read(film)).Select(one => Convert.ToHexString(one.Hash))];
        Assert.Equal(50, all.Length);
        foreach (int skip in new[] { 10, 30 })
        {
            List<string> rest = [];
            await using FramePump pump = film.StartPump(skip, framesHeld: 1);
            await foreach (VideoFrame frame in pump.ReadAsync(TestContext.Current.CancellationToken))
            {
                Assert.Equal(skip + rest.Count, frame.Index);
                rest.Add(Convert.ToHexString(SHA256.HashData(frame.Luma.Span)));
            }

            Assert.Equal(all[skip..], rest);
        }
    }

    [Fact]
    public void A_display_matrix_of_zeros_turns_nothing()
    {
        string path = _film.Make("zeros.mp4", "-f lavfi -i testsrc2=size=64x48:rate=25 -t 1 -pix_fmt yuv420p -c:v libx264");
        byte[] file = File.ReadAllBytes(path);
        int header = file.AsSpan().IndexOf("tkhd"u8);

        // After the type: version and flags, five numbers, eight bytes, layer, group, volume, and two bytes that are 0.
        file.AsSpan(header + 4 + 4 + 20 + 8 + 8, 36).Clear();
        File.WriteAllBytes(path, file);
        VideoInfo info = VideoFile.Open(path).Info;
        Assert.Equal((64, 48, 0), (info.Width, info.Height, info.Rotation));
    }

    [Fact]
    public async Task Frames_of_one_time_are_no_damage()
    {
        string even = _film.Make("even.mkv", "-f lavfi -i testsrc2=size=64x64:rate=10 -frames:v 6 -c:v mjpeg -pix_fmt yuvj420p");
        VideoFile film = VideoFile.Open(_film.Make("pairs.mkv", $"-i {even} -c copy -bsf:v setts=ts=floor(N/2)*200"));
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(film);
        Assert.Equal([0, 0, 0.2, 0.2, 0.4, 0.4], read.Select(one => one.Frame.Time.TotalSeconds));
        Assert.Null(film.Damage);
    }

    [Theory]
    [InlineData("hours.mkv", 1000, 300_007)]
    [InlineData("hours.mp4", 30_000, 9_001_001)]
    [InlineData("hours.mov", 15_360, 2_000_001)]
    public async Task Times_of_hours_are_as_exact_as_those_of_seconds(string name, int unitsPerSecond, int step)
    {
        // Frame n is at n² steps of the film's own unit: up to five hours.
        string path = _film.Make(
            name, $"-f lavfi -i testsrc2=size=64x64:rate=25 -frames:v 8 -vf settb=1/{unitsPerSecond},setpts=N*N*{step} " +
            $"-fps_mode passthrough -enc_time_base 1/{unitsPerSecond} -video_track_timescale {unitsPerSecond} -bf 0 -c:v libx264");
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(VideoFile.Open(path));
        Assert.Equal(8, read.Count);
        Assert.All(read, (one, n) => Assert.Equal((double)n * n * step / unitsPerSecond, one.Frame.Time.TotalSeconds, 2e-7));
    }

    [Fact]
    public async Task A_film_that_a_phone_took_upright_is_read_upright()
    {
        string flat = _film.Make("flat.mp4", "-f lavfi -i testsrc2=size=320x240:rate=10 -t 1 -pix_fmt yuv420p -c:v libx264");
        string turned = _film.Make("turned.mp4", $"-i {flat} -c copy -metadata:s:v rotate=90");
        VideoFile film = VideoFile.Open(turned);
        Assert.Equal((240, 320, 90), (film.Info.Width, film.Info.Height, film.Info.Rotation % 180));
        byte[] raw = await File.ReadAllBytesAsync(
            _film.Make("turned.raw", $"-i {turned} -f rawvideo -pix_fmt yuv420p"), TestContext.Current.CancellationToken);
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(film);
        Assert.Equal(10, read.Count);
        Assert.All(read, (one, i) =>
        {
            Assert.Equal((240, 320), (one.Frame.Width, one.Frame.Height));
            Assert.Equal(SHA256.HashData(raw.AsSpan(i * 320 * 240 * 3 / 2, 320 * 240)), one.Hash);
        });
    }

    [Theory]
    [InlineData("ten.mkv", "-pix_fmt yuv420p10le -c:v libx264")]
    [InlineData("ani.gif", "")]
    [InlineData("inter.ts", "-c:v mpeg2video -flags +ilme+ildct -pix_fmt yuv420p")]
    [InlineData("rgb.avi", "-c:v ffv1 -pix_fmt bgr0")]
    [InlineData("ten.webm", "-pix_fmt yuv420p10le -c:v libvpx-vp9 -cpu-used 8")]
    [InlineData("hevc.mov", "-pix_fmt yuv422p10le -c:v libx265 -x265-params log-level=none")]
    [InlineData("old.avi", "-c:v mpeg4 -pix_fmt yuv420p")]
    [InlineData("full.mkv", "-pix_fmt yuvj444p -c:v mjpeg")]
    [InlineData("field.mkv", "-c:v mpeg2video -flags +ilme+ildct -top 1 -pix_fmt yuv422p")]
    [InlineData("alpha.mov", "-c:v qtrle -pix_fmt argb")]
    [InlineData("wide.mkv", "-pix_fmt gray16le -c:v ffv1")]
    [InlineData("screen.mp4", "-pix_fmt nv12 -c:v libx264 -bf 3 -g 30")]
    [InlineData("m.mjpeg", "-c:v mjpeg -pix_fmt yuvj420p")]
    [InlineData("raw.h264", "-c:v libx264 -pix_fmt yuv420p")]
    [InlineData("o d'd\"name é.webm", "-c:v libvpx -pix_fmt yuv420p")]
    public async Task Every_kind_of_film_gives_all_its_frames(string name, string options)
    {
        string made = _film.Make("made" + Path.GetExtension(name), $"-f lavfi -i testsrc2=size=98x66:rate=10 -t 1 {options}");
        File.Move(made, _film[name]);
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(VideoFile.Open(_film[name]));
        Assert.Equal(10, read.Count);
        Assert.All(read, one => Assert.Equal((98, 66), (one.Frame.Width, one.Frame.Height)));
        Assert.InRange(read[0].Frame.Time.TotalSeconds, 0, 0.11);
        Assert.True(read.Zip(read.Skip(1)).All(pair => pair.First.Frame.Time < pair.Second.Frame.Time));
    }

    [Fact]
    public async Task Numbered_pictures_are_a_film_from_the_lowest_number_on()
    {
        string folder = _film["50%d"];
        Directory.CreateDirectory(folder);
        _film.Make("50%%d/shot%03d.png", "-f lavfi -i testsrc2=size=98x66:rate=10 -t 1 -start_number 995 -pix_fmt gray");
        File.WriteAllText(Path.Join(folder, "shot0001.png"), "not filled to three digits");
        VideoFile film = VideoFile.Open(Path.Join(folder, "shot%03d.png"), new VideoFileOptions { PictureRate = 4 });
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(film);
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => i / 4.0)], read.Select(one => one.Frame.Time.TotalSeconds));
        List<(VideoFrame Frame, byte[] Hash)> raw = await Read(VideoFile.Open(
            _film.Make("same.mkv", "-f lavfi -i testsrc2=size=98x66:rate=10 -t 1 -pix_fmt gray -c:v ffv1")));
        Assert.Equal(raw.Select(one => one.Hash), read.Select(one => one.Hash));
        Assert.Throws<FileNotFoundException>(() => VideoFile.Open(Path.Join(folder, "none%d.png")));
    }

    [Fact]
    public async Task An_animated_WebP_is_the_film_that_it_was_made_of()
    {
        const string source = "-f lavfi -i testsrc2=size=98x66:rate=10 -t 1";
        string webp = _film.Make("a.webp", $"{source} -c:v libwebp_anim -lossless 1 -pix_fmt bgra -loop 0");
        VideoFile film = VideoFile.Open(webp);
        Assert.Equal(("webp", 98, 66, 1.0), (film.Info.Codec, film.Info.Width, film.Info.Height, film.Info.Duration!.Value.TotalSeconds));
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(film);
        Assert.Null(film.Damage);
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => i / 10.0)], read.Select(one => Math.Round(one.Frame.Time.TotalSeconds, 3)));
        List<(VideoFrame Frame, byte[] Hash)> raw = await Read(VideoFile.Open(_film.Make("a.mkv", $"{source} -c:v ffv1 -pix_fmt bgra")));
        Assert.Equal(raw.Select(one => one.Hash), read.Select(one => one.Hash));

        // A part of it, made smaller, as of every film.
        VideoFileOptions part = new() { From = TimeSpan.FromSeconds(0.3), To = TimeSpan.FromSeconds(0.6), MaxSide = 49 };
        read = await Read(VideoFile.Open(webp, part));
        Assert.Equal([0.3, 0.4, 0.5], read.Select(one => Math.Round(one.Frame.Time.TotalSeconds, 3)));
        Assert.All(read, one => Assert.Equal((49, 33), (one.Frame.Width, one.Frame.Height)));

        // Cut short: the frames there are.
        byte[] bytes = await File.ReadAllBytesAsync(webp, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(webp, bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
        Assert.InRange((await Read(VideoFile.Open(webp))).Count, 2, 8);
    }

    [Fact]
    public async Task A_part_of_a_film_has_the_films_own_times()
    {
        string path = _film.Make("p.mp4", "-f lavfi -i testsrc2=size=64x64:rate=10 -t 3 -pix_fmt yuv420p -c:v libx264");
        VideoFileOptions part = new() { From = TimeSpan.FromSeconds(1), To = TimeSpan.FromSeconds(2), EveryFrames = 2 };
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(VideoFile.Open(path, part));
        Assert.Equal([1.0, 1.2, 1.4, 1.6, 1.8], read.Select(one => Math.Round(one.Frame.Time.TotalSeconds, 3)));
        read = await Read(VideoFile.Open(path, new VideoFileOptions { EveryTime = TimeSpan.FromSeconds(1) }));
        Assert.Equal([0.0, 1.0, 2.0], read.Select(one => Math.Round(one.Frame.Time.TotalSeconds, 3)));
        read = await Read(VideoFile.Open(path, new VideoFileOptions { MaxSide = 32 }));
        Assert.All(read, one => Assert.Equal((32, 32), (one.Frame.Width, one.Frame.Height)));
    }

    // A second of nothing after two and a half; units of a fifth of a second; the frames' own times are those of the whole film.
    [Theory]
    [InlineData("gap.mp4", "-vf setpts=PTS+gte(N\\,25)/TB -fps_mode passthrough -pix_fmt yuv420p -c:v libx264")]
    [InlineData("gap.mkv", "-vf setpts=PTS+gte(N\\,25)/TB -fps_mode passthrough -pix_fmt yuv420p -c:v libx264")]
    [InlineData("gap.flv", "-vf setpts=PTS+gte(N\\,25)/TB -fps_mode passthrough -pix_fmt yuv420p -c:v flv1")]
    [InlineData("five.avi", "-r 5 -pix_fmt yuv420p -c:v mpeg4")]
    [InlineData("ntsc.avi", "-r 30000/1001 -pix_fmt yuv420p -c:v mpeg4")]
    [InlineData("a.gif", "-r 10")]
    [InlineData("a.apng", "-r 10")]
    [InlineData("a.ts", "-r 25 -pix_fmt yuv420p -c:v libx264")]
    [InlineData("slow.webp", "-r 2 -c:v libwebp_anim -lossless 1 -pix_fmt bgra -loop 0")]
    [InlineData("i%02d.png", "-r 10")]
    public async Task A_part_is_the_frames_whose_times_lie_in_it(string name, string options)
    {
        string path = _film.Make(name, $"-f lavfi -i testsrc2=size=64x64:rate=10 -t 4 {options}");
        VideoFileOptions rate = new() { PictureRate = 10 };
        List<(VideoFrame Frame, byte[] Hash)> all = await Read(VideoFile.Open(path, rate));
        foreach ((double from, double? to) in new (double, double?)[] { (0.3, null), (0.45, 1.2), (0.77, 1.9), (2.2, 2.9), (2, 3), (0, 1) })
        {
            TimeSpan start = TimeSpan.FromSeconds(from);
            TimeSpan? end = to is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            VideoFile part = VideoFile.Open(path, rate with { From = start, To = end });
            (TimeSpan, string)[] expected = [.. all.Where(one => one.Frame.Time >= start && !(one.Frame.Time >= end)).Select(Told)];
            if (expected.Length == 0)
            {
                VideoFormatException e = await Assert.ThrowsAsync<VideoFormatException>(() => Read(part));
                Assert.Contains("no frame lies from", e.Message, StringComparison.Ordinal);
                continue;
            }

            Assert.Equal(expected, (await Read(part)).Select(Told));
            Assert.Null(part.Damage);
        }

        static (TimeSpan, string) Told((VideoFrame Frame, byte[] Hash) one) =>
            (TimeSpan.FromMilliseconds(Math.Round(one.Frame.Time.TotalMilliseconds)), Convert.ToHexString(one.Hash));
    }

    [Theory]
    [InlineData("ten.mp4", "10", 0.1, 40)]
    [InlineData("ten.mkv", "10", 0.1, 40)]
    [InlineData("a.mp4", "25", 0.2, 20)]
    [InlineData("a.avi", "25", 0.5, 8)]
    [InlineData("a.mkv", "30", 0.1, 40)]
    [InlineData("third.mkv", "30", 1 / 3.0, 12)]
    public async Task A_frame_for_each_interval_is_a_grid_that_does_not_drift(string name, string rate, double seconds, int count)
    {
        string path = _film.Make(name, $"-f lavfi -i testsrc2=size=64x64:rate={rate} -t 4 -pix_fmt yuv420p -c:v mpeg4");
        TimeSpan every = TimeSpan.FromSeconds(seconds);
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(VideoFile.Open(path, new VideoFileOptions { EveryTime = every }));
        double[] times = [.. read.Select(one => one.Frame.Time.TotalSeconds)];
        double frame = 1.0 / int.Parse(rate, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(count, times.Length);
        for (int i = 0; i < count; i++) Assert.InRange(times[i] - (i * seconds), -0.0006, frame);
        int later = (await Read(VideoFile.Open(path, new VideoFileOptions { EveryTime = every, From = TimeSpan.FromSeconds(1.3) }))).Count;
        Assert.InRange(later, (int)(2.7 / seconds), (int)Math.Ceiling(2.7 / seconds));
    }

    [Fact]
    public async Task What_follows_a_missing_number_is_said_not_to_be_read()
    {
        _film.Make("i%d.png", "-f lavfi -i testsrc2=size=64x64:rate=10 -t 1");
        File.Delete(_film["i5.png"]);
        VideoFile film = VideoFile.Open(_film["i%d.png"]);
        Assert.Equal(4, (await Read(film)).Count);
        Assert.Equal("i5.png is missing; i6.png and what follows it are not read", film.Damage);
        film = VideoFile.Open(_film["i%d.png"], new VideoFileOptions { PictureRate = 10, To = TimeSpan.FromSeconds(0.2) });
        Assert.Equal(2, (await Read(film)).Count);
        Assert.Null(film.Damage);
    }

    [Fact]
    public async Task A_part_may_begin_where_a_late_picture_is_still_there()
    {
        string path = _film.Make(
            "late.mp4", "-f lavfi -i testsrc2=size=64x64:rate=10:duration=2 -f lavfi -i sine=440:duration=1 " +
            "-filter_complex [0:v]setpts=PTS+1.5/TB[v] -map [v] -map 1 -pix_fmt yuv420p -c:v libx264 -c:a aac");
        VideoFile film = VideoFile.Open(path, new VideoFileOptions { From = TimeSpan.FromSeconds(3) });
        Assert.Equal(3.5, film.Info.Duration!.Value.TotalSeconds, 0.05);
        Assert.Equal([3.0, 3.1, 3.2, 3.3, 3.4], (await Read(film)).Select(one => Math.Round(one.Frame.Time.TotalSeconds, 1)));
    }

    [Fact]
    public async Task Times_do_not_run_backwards()
    {
        string path = _film.Make("late.mkv", "-f lavfi -i testsrc2=size=64x64:rate=10:duration=2 -pix_fmt yuv420p -c:v libx264 -bf 2");
        string early = _film.Make("early.mkv", $"-i {path} -c copy -output_ts_offset -1 -avoid_negative_ts disabled");
        VideoFile film = VideoFile.Open(early);
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(film);
        Assert.True(read[0].Frame.Time >= TimeSpan.Zero);
        Assert.All(read.Zip(read.Skip(1)), pair => Assert.True(pair.First.Frame.Time <= pair.Second.Frame.Time));
        Assert.Matches(@"^the time of frame \d+, -?\d+(\.\d+)? s, is before \d+(\.\d+)? s; it is taken for that$", film.Damage);
    }

    [Fact]
    public async Task A_film_cut_short_gives_the_frames_there_are()
    {
        string path = _film.Make("whole.ts", "-f lavfi -i testsrc2=size=320x240:rate=25 -t 2 -pix_fmt yuv420p -c:v libx264 -g 10");
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        string cut = _film["cut.ts"];
        await File.WriteAllBytesAsync(cut, bytes[..(bytes.Length * 2 / 3)], TestContext.Current.CancellationToken);
        VideoFile film = VideoFile.Open(cut);
        Assert.InRange((await Read(film)).Count, 25, 45);

        // Damage in the middle, of single bytes of what packets of 188 bytes carry: the frames before and after it are there.
        for (int i = bytes.Length / 2; i < (bytes.Length / 2) + 6000; i += 97) bytes[i] ^= (byte)(i % 188 < 24 ? 0 : 0x55);
        await File.WriteAllBytesAsync(cut, bytes, TestContext.Current.CancellationToken);
        film = VideoFile.Open(cut);
        List<(VideoFrame Frame, byte[] Hash)> read = await Read(film);
        Assert.InRange(read.Count, 35, 50);
        Assert.True(read[^1].Frame.Time.TotalSeconds - read[0].Frame.Time.TotalSeconds > 1.7);
        Assert.NotNull(film.Damage);
        Assert.DoesNotContain("0x", film.Damage, StringComparison.Ordinal);
    }

    public static TheoryData<string, VideoFileOptions> WrongOptions => new()
    {
        { nameof(VideoFileOptions.Stream), new() { Stream = -1 } },
        { nameof(VideoFileOptions.From), new() { From = TimeSpan.FromSeconds(-1) } },
        { nameof(VideoFileOptions.To), new() { From = TimeSpan.FromSeconds(2), To = TimeSpan.FromSeconds(1) } },
        { nameof(VideoFileOptions.EveryFrames), new() { EveryFrames = 0 } },
        { nameof(VideoFileOptions.EveryTime), new() { EveryTime = TimeSpan.Zero } },
        { nameof(VideoFileOptions.MaxSide), new() { MaxSide = 15 } },
        { nameof(VideoFileOptions.PictureRate), new() { PictureRate = double.NaN } },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public void An_option_out_of_its_range_is_refused_by_its_name(string name, VideoFileOptions options)
    {
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => VideoFile.Open("none.mp4", options));
        Assert.Equal(name, refused.ParamName);
        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_film_is_refused_with_one_line_that_names_it()
    {
        string sound = _film.Make("sound.wav", "-f lavfi -i sine=440 -t 0.2");
        Assert.Equal($"'{sound}' is not a film: it holds sound alone", Refusal(sound));
        string text = _film["text.mp4"];
        File.WriteAllText(text, "no film at all");
        Assert.StartsWith($"'{text}' is not a film: Invalid data", Refusal(text), StringComparison.Ordinal);
        File.WriteAllText(text, "");
        Assert.StartsWith($"'{text}' is not a film: ", Refusal(text), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => VideoFile.Open(_film["none.mp4"]));
        string one = _film.Make("one.mp4", "-f lavfi -i testsrc2=size=64x64:rate=10 -t 1 -pix_fmt yuv420p -c:v libx264");
        Assert.Equal(
            $"'{one}' has 1 video stream; there is no number 1",
            Assert.Throws<VideoFormatException>(() => VideoFile.Open(one, new VideoFileOptions { Stream = 1 })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => VideoFile.Open(one, new VideoFileOptions { From = TimeSpan.FromSeconds(5) }));
        Assert.Contains(
            "install",
            Assert.Throws<FFmpegNotFoundException>(
                () => VideoFile.Open(one, new VideoFileOptions { FFmpegPath = _film["nowhere"] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_film_that_changes_its_size_has_all_frames_in_the_size_of_the_first()
    {
        string black = _film.Make("black.ts", "-f lavfi -i color=black:size=320x240:rate=10 -t 1 -pix_fmt yuv420p -c:v libx264");
        string white = _film.Make(
            "white.ts", "-f lavfi -i color=white:size=160x120:rate=10 -t 1 -pix_fmt yuv420p -c:v libx264 -output_ts_offset 1");
        await File.WriteAllBytesAsync(
            _film["both.ts"], [.. File.ReadAllBytes(black), .. File.ReadAllBytes(white)], TestContext.Current.CancellationToken);
        List<(int Width, int Height, byte Low, byte High)> frames = [];
        VideoFile film = VideoFile.Open(_film["both.ts"]);
        await foreach (VideoFrame frame in film.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            byte[] luma = frame.Luma.ToArray();
            frames.Add((frame.Width, frame.Height, luma.Min(), luma.Max()));
        }

        Assert.Equal(20, frames.Count);
        Assert.All(frames[..10], frame => Assert.Equal((320, 240, 16, 16), frame));
        Assert.All(frames[10..], frame => Assert.Equal((320, 240, 235, 235), frame));
        Assert.Null(film.Damage);
    }

    [Fact]
    public async Task Reading_can_be_stopped_at_any_frame()
    {
        string path = _film.Make("long.mp4", "-f lavfi -i testsrc2=size=64x64:rate=25 -t 20 -pix_fmt yuv420p -c:v libx264");
        await foreach (VideoFrame frame in VideoFile.Open(path).ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            if (frame.Index == 3) break;
        }

        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (VideoFrame frame in VideoFile.Open(path).ReadFramesAsync(stop.Token))
            {
                if (frame.Index == 3) await stop.CancelAsync();
            }
        });
    }

    private static string Refusal(string path) => Assert.Throws<VideoFormatException>(() => VideoFile.Open(path)).Message;

    private static async Task<List<(VideoFrame Frame, byte[] Hash)>> Read(VideoFile film)
    {
        List<(VideoFrame, byte[])> read = [];
        await foreach (VideoFrame frame in film.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            read.Add((frame, SHA256.HashData(frame.Luma.Span)));
        }

        return read;
    }
}
