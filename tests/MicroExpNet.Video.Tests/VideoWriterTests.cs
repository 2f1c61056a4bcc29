using MicroExpNet.Tests;

namespace MicroExpNet.Video.Tests;

/// <summary>Copies of films keep what the film is like: its sound, the times, the shape of its pixels, its colours.</summary>
public sealed class VideoWriterTests : IDisposable
{
    private const string Picture = "-f lavfi -i testsrc2=size=64x48:rate=10:duration=2", Sound = "-f lavfi -i sine=440:duration=2";

    private readonly TestFilm _film = new();

    public void Dispose() => _film.Dispose();

    [Theory]
    [InlineData("aac.ts", "aac", ".mkv", "aac")]
    [InlineData("aac.ts", "aac", ".mp4", "aac")]
    [InlineData("aac.mp4", "aac", ".mkv", "aac")]
    [InlineData("mp3.mkv", "libmp3lame", ".mp4", "mp3")]
    [InlineData("flac.mkv", "flac", ".mkv", "flac")]
    [InlineData("flac.mkv", "flac", ".mp4", "aac")]
    [InlineData("odd.flv", "nellymoser -ar 22050", ".mkv", "aac")]
    [InlineData("disc.m2ts", "pcm_bluray -ar 48000 -ac 2", ".mkv", "aac")]
    public void A_copy_has_the_sound_as_it_was_where_its_container_holds_it(string name, string codec, string ending, string expected)
    {
        VideoFile copy = Copy(_film.Make(name, $"{Picture} {Sound} -pix_fmt yuv420p -c:v libx264 -c:a {codec}"), ending);
        Assert.Equal(expected, copy.Info.AudioCodec);
    }

    [Fact]
    public void Each_of_several_sounds_is_copied_or_not_by_itself()
    {
        string path = _film.Make(
            "two.mov", $"{Picture} {Sound} {Sound} -map 0 -map 1 -map 2 -pix_fmt yuv420p -c:v libx264 -c:a:0 aac -c:a:1 pcm_s16le");
        Assert.Equal("aac,aac", Copy(path, ".mp4").Info.AudioCodecs);
        Assert.Equal("aac,pcm_s16le", Copy(path, ".mkv").Info.AudioCodecs);
    }

    [Theory]
    [InlineData(".mkv")]
    [InlineData(".mp4")]
    public async Task A_picture_that_starts_after_its_sound_does_so_in_the_copy(string ending)
    {
        string path = _film.Make(
            "late.mkv", $"{Picture} {Sound} -filter_complex [0:v]setpts=PTS+1.5/TB[v] -map [v] -map 1 -c:v libx264 -c:a flac");
        Assert.Equal(1.5, await FirstTimeAsync(VideoFile.Open(path)), 0.01);
        Assert.Equal(1.5, await FirstTimeAsync(Copy(path, ending, TimeSpan.FromSeconds(1.5))), 0.03);
    }

    [Theory]
    [InlineData("late.ts", ".mkv")]
    [InlineData("late.ts", ".mp4")]
    [InlineData("late.mpg", ".mp4")]
    public void A_sound_that_starts_after_its_pictures_does_so_in_the_copy(string name, string ending)
    {
        string path = _film.Make(
            name, "-f lavfi -i testsrc2=size=64x48:rate=25:duration=3 -f lavfi -i sine=440:duration=1.5 " +
            "-filter_complex [1:a]asetpts=PTS+1.5/TB[a] -map 0 -map [a] -pix_fmt yuv420p -c:v mpeg2video -c:a mp2");
        Copy(path, ending);
        byte[] sound = File.ReadAllBytes(
            _film.Make("late.raw", $"-i {_film["copy" + ending]} -vn -af aresample=async=1:first_pts=0 -ac 1 -ar 8000 -f s16le"));
        short[] samples = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(sound).ToArray();
        Assert.All(samples[..(int)(1.4 * 8000)], sample => Assert.InRange(sample, -50, 50));
        Assert.Contains(samples[..(int)(1.6 * 8000)], sample => sample > 500);
    }

    // A tone until 2.5 s, then silence; one keyframe alone, so that packets which are copied would begin with the tone.
    [Theory]
    [InlineData("tone.mp4", "aac", ".mp4")]
    [InlineData("tone.mp4", "aac", ".mkv")]
    [InlineData("tone.mkv", "flac", ".mkv")]
    [InlineData("tone.ts", "aac", ".mp4")]
    [InlineData("tone.avi", "mp3", ".mp4")]
    public void A_part_has_the_sound_of_the_part_alone(string name, string codec, string ending)
    {
        string path = _film.Make(
            name, "-f lavfi -i testsrc2=size=64x48:rate=10:duration=4 " +
            "-f lavfi -i sine=440:duration=4,volume=enable='gte(t,2.5)':volume=0 " +
            $"-g 100 -pix_fmt yuv420p -c:v mpeg4 -c:a {codec}");
        VideoFileOptions options = new() { From = TimeSpan.FromSeconds(2.7), To = TimeSpan.FromSeconds(3.7) };
        VideoFile part = VideoFile.Open(path, options);
        string copy = _film["part" + ending];
        using (VideoWriter writer = new(copy, 64, 48, part))
        {
            byte[] pixels = new byte[64 * 48 * 4];
            for (int i = 0; i < 10; i++) writer.Write(TimeSpan.FromSeconds(i * 0.1), pixels);
            writer.Complete();
        }

        byte[] sound = File.ReadAllBytes(_film.Make("sound.raw", $"-i {copy} -vn -ac 1 -ar 8000 -f s16le"));
        short[] samples = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(sound).ToArray();
        Assert.InRange(samples.Length / 8000.0, 0.9, 1.2);
        Assert.All(samples, sample => Assert.InRange(sample, -200, 200));
    }

    [Fact]
    public void Pixels_keep_their_shape_and_colours_their_matrix()
    {
        VideoInfo copy = Copy(_film.Make("wide.mp4", $"{Picture} -vf setsar=64/45 -pix_fmt yuv420p -colorspace bt709"), ".mp4").Info;
        Assert.Equal("64/45", copy.PixelAspect);
        Assert.True(copy.IsBt709);
        VideoInfo plain = Copy(_film.Make("plain.mp4", $"{Picture} -pix_fmt yuv420p"), ".mp4").Info;
        Assert.Null(plain.PixelAspect);
        Assert.False(plain.IsBt709);
    }

    [Fact]
    public void Frames_are_taken_in_order_until_the_film_is_ended_or_given_up()
    {
        byte[] frame = new byte[16 * 16 * 4];
        using (VideoWriter writer = new(_film["order.mkv"], 16, 16))
        {
            Assert.Equal("time", Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(TimeSpan.FromTicks(-1), frame)).ParamName);
            writer.Write(TimeSpan.FromSeconds(1), frame);

            // Two frames of some films have one time.
            writer.Write(TimeSpan.FromSeconds(1), frame);
            Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(TimeSpan.FromSeconds(0.9), frame));
            writer.Write(TimeSpan.FromSeconds(1.1), frame);
            writer.Complete();
            Assert.Throws<InvalidOperationException>(() => writer.Write(TimeSpan.FromSeconds(2), frame));
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }

        Assert.True(File.Exists(_film["order.mkv"]));
        VideoWriter disposed = new(_film["none.mkv"], 16, 16);
        disposed.Dispose();
        disposed.Dispose();
        string name = typeof(VideoWriter).FullName!;
        Assert.Equal(name, Assert.Throws<ObjectDisposedException>(() => disposed.Write(default, frame)).ObjectName);
        Assert.Equal(name, Assert.Throws<ObjectDisposedException>(disposed.Complete).ObjectName);
        Assert.False(File.Exists(_film["none.mkv"]));
    }

    [Fact]
    public void A_frame_of_more_than_2_GB_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new VideoWriter(_film["large.mkv"], 40_000, 40_000));
        Assert.False(File.Exists(_film["large.mkv"]));
    }

    [Fact]
    public void An_annotated_copy_takes_frames_until_it_is_ended_or_given_up()
    {
        VideoFile film = VideoFile.Open(_film.Make("short.mkv", $"{Picture} -frames:v 2"));
        VideoFrameResult[] results = [new(0, default, []), new(1, TimeSpan.FromSeconds(0.1), [])];
        using FilmAnnotator annotator = new(film, _film["annotated.mkv"]);
        Assert.Throws<ArgumentException>(() => annotator.Add(results[0] with { Faces = default }, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(
            () => annotator.Add(results[0] with { Faces = [default] }, TestContext.Current.CancellationToken));
        foreach (VideoFrameResult result in results) annotator.Add(result, TestContext.Current.CancellationToken);
        annotator.Complete();
        Assert.Throws<InvalidOperationException>(() => annotator.Add(results[1], TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(annotator.Complete);
        annotator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => annotator.Add(results[1], TestContext.Current.CancellationToken));
        Assert.Equal(
            typeof(FilmAnnotator).FullName, Assert.Throws<ObjectDisposedException>(annotator.Complete).ObjectName);
        Assert.True(File.Exists(_film["annotated.mkv"]));
    }

    private static async Task<double> FirstTimeAsync(VideoFile film)
    {
        await foreach (VideoFrame frame in film.ReadFramesAsync(TestContext.Current.CancellationToken)) return frame.Time.TotalSeconds;
        return double.NaN;
    }

    private VideoFile Copy(string path, string ending, TimeSpan first = default)
    {
        VideoFile film = VideoFile.Open(path);
        string copy = _film["copy" + ending];
        byte[] pixels = new byte[film.Info.Width * film.Info.Height * 4];
        using VideoWriter writer = new(copy, film.Info.Width, film.Info.Height, film);
        for (int i = 0; i < 20; i++) writer.Write(first + TimeSpan.FromSeconds(i * 0.1), pixels);
        writer.Complete();
        return VideoFile.Open(copy);
    }
}
