using System.Diagnostics;
using System.Text;
using MicroExpNet.Cli.Blur;
using MicroExpNet.Tests;
using MicroExpNet.Training.Detection;
using MicroExpNet.Video;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

public sealed class BlurTests : IDisposable
{
    private const string Secret = "Helsinki 60.1699 N";

    private static readonly MexpSurroundings Real = new() { CreateDetector = (_, options) => FaceDetector.Default.With(options) };

    // The portrait's face, as the detector finds it.
    private static readonly FaceBox Face = new(171, 67, 103, 103);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pixelate")]
    [InlineData("blur")]
    [InlineData("fill")]
    public async Task No_detector_finds_a_covered_face(string style)
    {
        Mexp run = await Mexp.RunAsync(Real, "blur", TestFilm.Portrait, "-o", _folder["safe"], "--style", style);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal($"{_folder["safe"]}: 1 face covered in 1 picture", Assert.Single(run.OutputLines));

        using Photo covered = Photo.Load(_folder["safe/astronaut.png"]), photo = Photo.Load(TestFilm.Portrait);
        Assert.Empty(FaceDetector.Default.Detect(covered));
        using YuNetDetector yunet = new(ReferenceData.Path("teachers/yunet.onnx"));
        Assert.Contains(yunet.Detect(photo, 0.5f), face => IsAtFace(face.X + (face.Width / 2), face.Y + (face.Height / 2)));
        Assert.DoesNotContain(yunet.Detect(covered, 0.5f), face => IsAtFace(face.X + (face.Width / 2), face.Y + (face.Height / 2)));
    }

    [Fact]
    public async Task Of_a_face_thirty_six_colours_are_left_and_of_the_rest_everything()
    {
        await Mexp.RunAsync(Real, "blur", TestFilm.Portrait, "-o", _folder["safe"]);
        using Photo covered = Photo.Load(_folder["safe/astronaut.png"]), photo = Photo.Load(TestFilm.Portrait);
        HashSet<uint> colours = [], before = [];
        for (int y = 0; y < photo.Height; y++)
        {
            for (int x = 0; x < photo.Width; x++)
            {
                if (Distance(x, Face.X, Face.Width) <= Face.Width * 0.2 && Distance(y, Face.Y, Face.Height) <= Face.Height * 0.2)
                {
                    colours.Add(Pixel(covered, x, y));
                    before.Add(Pixel(photo, x, y));
                }
                else if (Distance(x, Face.X, Face.Width) > Face.Width * 0.4 || Distance(y, Face.Y, Face.Height) > Face.Height * 0.4)
                {
                    Assert.Equal(Pixel(photo, x, y), Pixel(covered, x, y));
                }
            }
        }

        Assert.InRange(colours.Count, 2, FaceCover.MaxCells * FaceCover.MaxCells);
        Assert.InRange(before.Count, 5000, int.MaxValue);
    }

    [Fact]
    public async Task Metadata_is_dropped()
    {
        byte[] jpeg = Pictures.Jpeg();
        byte[] exif = [.. "Exif\0\0"u8, .. Encoding.ASCII.GetBytes(Secret)];
        byte[] comment = Encoding.ASCII.GetBytes(Secret);
        string path = _folder.Write("in/a.jpg", [.. jpeg[..2], .. Segment(0xE1, exif), .. Segment(0xFE, comment), .. jpeg[2..]]);
        string png = _folder.Write("in/b.png", WithText(Pictures.Png()));
        Mexp run = await Mexp.RunAsync(Real, "blur", _folder["in"], "-o", _folder["safe"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("mexp: no face found in 2 of 2 pictures: nothing is covered there; look at them", Assert.Single(run.ErrorLines));
        foreach (string name in new[] { "a.jpg", "b.png" })
        {
            Assert.Contains(Secret, Encoding.Latin1.GetString(File.ReadAllBytes(_folder["in/" + name])), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(File.ReadAllBytes(_folder["safe/" + name])), StringComparison.Ordinal);
        }

        Assert.True(File.Exists(path) && File.Exists(png));
    }

    [Fact]
    public async Task A_face_that_is_kept_stays_as_it_was()
    {
        string pair = Pair();
        Mexp run = await Mexp.RunAsync(Real, "blur", pair, "-o", _folder["safe"], "--keep", "1");
        Assert.Equal("", run.Error);
        using Photo covered = Photo.Load(_folder["safe/pair.png"]), photo = Photo.Load(pair);
        DetectedFace face = Assert.Single(FaceDetector.Default.Detect(covered));
        Assert.True(face.Box.IntersectionOverUnion(Face) > 0.8);
        for (int y = Face.Y; y < Face.Y + Face.Height; y++)
        {
            for (int x = Face.X; x < Face.X + Face.Width; x++) Assert.Equal(Pixel(photo, x, y), Pixel(covered, x, y));
        }
    }

    [Fact]
    public async Task A_film_has_no_face_and_no_metadata_and_the_sound_it_had()
    {
        string chapters = _folder.Write("chapters.txt", Encoding.UTF8.GetBytes(
            $";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle={Secret.Replace(" ", "", StringComparison.Ordinal)}\n"));
        string film = TestFilm.Write(
            _folder["in/film.mp4"],
            $"-loop 1 -framerate 10 -i PHOTO -f lavfi -i sine=440 -i {chapters} -map_metadata 2 -map 0:v -map 1:a -t 2 " +
            "-metadata title=Helsinki -metadata location=+60.1699+024.9384/ -metadata:s:a:0 language=fin " +
            "-pix_fmt yuv420p -c:v libx264 -c:a aac");
        Mexp run = await Mexp.RunAsync(Real, "blur", _folder["in"], "-o", _folder["safe"], "--min-face", "60");
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        string copy = _folder["safe/film.mp4"];
        Assert.Equal($"{copy}: 1 face covered in 20 frames", Assert.Single(run.OutputLines));

        List<VideoFrameResult> frames = await AnalyzeAsync(copy), original = await AnalyzeAsync(film);
        Assert.Equal(20, frames.Count);
        string[] times = ["-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
        Assert.Equal(
            Ask("ffprobe", [.. times, film]).Split('\n').Order(StringComparer.Ordinal),
            Ask("ffprobe", [.. times, copy]).Split('\n').Order(StringComparer.Ordinal));
        Assert.All(original, frame => Assert.Single(frame.Faces));
        Assert.All(frames, frame => Assert.Empty(frame.Faces));

        string before = Ask("ffprobe", "-show_format", "-show_chapters", "-show_streams", film);
        string after = Ask("ffprobe", "-show_format", "-show_chapters", "-show_streams", copy);
        foreach (string word in new[] { "Helsinki", "60.1699", "[CHAPTER]", "TAG:language=fin" })
        {
            Assert.Contains(word, before, StringComparison.Ordinal);
            Assert.DoesNotContain(word, after, StringComparison.Ordinal);
        }

        Assert.Equal(
            Ask("ffmpeg", "-i", film, "-map", "0:a", "-c", "copy", "-f", "md5", "-"),
            Ask("ffmpeg", "-i", copy, "-map", "0:a", "-c", "copy", "-f", "md5", "-"));
    }

    [Fact]
    public async Task A_film_keeps_the_tracks_that_are_to_be_kept()
    {
        string pair = Pair();
        string film = TestFilm.Write(
            _folder["film.mkv"], $"-loop 1 -framerate 10 -i {pair} -t 1 -pix_fmt yuv420p -c:v libx264");
        int small = (await AnalyzeAsync(film))[^1].Faces[1].Track;
        Mexp run = await Mexp.RunAsync(Real, "blur", film, "-o", _folder["safe"], "--keep", $"{small}");
        Assert.Equal("", run.Error);
        List<VideoFrameResult> frames = await AnalyzeAsync(_folder["safe/film.mkv"]);
        Assert.Equal(10, frames.Count);
        Assert.All(frames, frame => Assert.InRange(Assert.Single(frame.Faces).Box.X, 512, 1024));
    }

    [Fact]
    public void A_track_is_covered_in_its_gaps_and_a_moment_before_and_after()
    {
        CoveredTracks tracks = new();
        for (int i = 0; i < 30; i++)
        {
            FaceBox box = new(10 * i, 20, 40, 40);
            bool isFound = i is >= 8 and <= 12 or 20;
            tracks.Add(new VideoFrameResult(i, TimeSpan.FromSeconds(i * 0.1), isFound
                ? [new VideoFace(7, new DetectedFace(box), new ClassScores(["any"], [1]))]
                : []));
        }

        Assert.Equal([7], tracks.Numbers);
        for (int i = 0; i < 30; i++)
        {
            List<FaceBox> covered = tracks.CoveredIn(i, []);
            if (i is < 6 or > 22) Assert.Empty(covered);
            else Assert.Equal(new FaceBox(10 * Math.Clamp(i, 8, 20), 20, 40, 40), Assert.Single(covered));

            // Another face in the place of one that is kept must not be seen.
            Assert.Empty(tracks.CoveredIn(i, [7]));
            Assert.Equal(i is >= 8 and <= 12 or 20 ? 1 : 0, tracks.KeptIn(i, [7]).Count);
        }
    }

    [Theory]
    [InlineData("film.webm", "-c:v libvpx -c:a libvorbis")]
    [InlineData("film.gif", "-an")]
    [InlineData("film.apng", "-an -vf crop=400:400:n*5:0")]
    public async Task Films_of_other_formats_become_Matroska(string name, string codecs)
    {
        string film = TestFilm.Write(_folder[name], $"-loop 1 -framerate 5 -i PHOTO -f lavfi -i sine=440 -t 1 {codecs}");
        Mexp run = await Mexp.RunAsync(Real, "blur", film, "-o", _folder["safe"], "--min-face", "60");
        Assert.Equal("", run.Error);
        string copy = _folder["safe/film.mkv"];
        Assert.Contains("5 frames", Assert.Single(run.OutputLines), StringComparison.Ordinal);
        string after = Ask("ffprobe", "-show_streams", copy);
        Assert.Equal(name.EndsWith(".webm", StringComparison.Ordinal), after.Contains("codec_name=vorbis", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_input_is_never_written_over()
    {
        byte[] picture = Pictures.Png();
        string path = _folder.Write("a.png", picture);
        Mexp run = await Mexp.RunAsync(Real, "blur", path, "-o", _folder.Path);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(["a-2.png", "a.png"], _folder.Files);
        Assert.Equal(picture, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("safe/party.png", "party.png", "party.png", "safe")]
    [InlineData("in/party.png", "out/party.png", "in", "out")]
    public async Task An_input_is_never_written_over_through_a_link(string link, string target, string argument, string output)
    {
        byte[] picture = Pictures.Png();
        string path = _folder.Write(target, picture);
        File.CreateSymbolicLink(_folder[link], path);
        Mexp run = await Mexp.RunAsync(Real, "blur", _folder[argument], "-o", _folder[output]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains($"{output}/party-2.png", _folder.Files);
        Assert.Equal(picture, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("blur", "-o", SKEncodedImageFormat.Png, 1)]
    [InlineData("blur", "-o", SKEncodedImageFormat.Jpeg, 6)]
    [InlineData("predict", "--annotate", SKEncodedImageFormat.Png, 1)]
    public async Task Colours_of_another_profile_look_the_same(string command, string option, SKEncodedImageFormat format, int tolerance)
    {
        using SKColorSpace wide = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        const int Red = 200;
        byte[] pixels = [.. Enumerable.Repeat<byte[]>([Red, 60, 90, 255], 64 * 64).SelectMany(pixel => pixel)];
        using SKImage picture = SKImage.FromPixelCopy(
            new SKImageInfo(64, 64, SKColorType.Rgba8888, SKAlphaType.Opaque, wide), pixels, 64 * 4);
        using SKData data = picture.Encode(format, 100);
        string path = _folder.Write(format == SKEncodedImageFormat.Png ? "p3.png" : "p3.jpg", data.ToArray());
        Mexp run = await Mexp.RunAsync(MexpSurroundings.WithFaces(), command, path, option, _folder["safe"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        SKColor before = Shown(path), after = Shown(_folder[$"safe/{Path.GetFileName(path)}"]);
        Assert.InRange(before.Red, Red + 10, 255);
        Assert.InRange(after.Red, before.Red - tolerance, before.Red + tolerance);
        Assert.InRange(after.Green, before.Green - tolerance, before.Green + tolerance);
        Assert.InRange(after.Blue, before.Blue - tolerance, before.Blue + tolerance);
    }

    [Theory]
    [InlineData("h/sub", "h", "h/film.mp4")]
    [InlineData("h/sub", "h/sub", "h/sub/film-2.mp4")]
    [InlineData("h", "h/sub", null)]
    [InlineData("h", "h/su", "h/su/sub/film.mp4")]
    [InlineData("h/*/*.mp4", "h/safe", "h/safe/sub/film.mp4")]
    [InlineData("h/s*/*.mp4", "h/sub", null)]
    public void Films_are_read_but_for_those_in_an_output_below(string argument, string output, string? copy)
    {
        _folder.Write("h/sub/film.mp4", [1]);
        _folder.Write("h/sub/a.png", Pictures.Png());
        BlurInputs found = BlurInputs.Find([_folder[argument]], _folder[output]);
        Assert.Equal(copy is null ? [] : [_folder["h/sub/film.mp4"]], found.Films.Select(film => film.Name));
        if (copy is null) return;
        CopyPaths copies = new(
            [.. found.Pictures, .. found.Films], "-o", _folder[output], null, input => FilmBlur.CopyName(input.RelativePath));
        Assert.Equal(_folder[copy], copies[found.Films[0]]);
    }

    [Theory]
    [InlineData("*.mp4", "", "a.mp4")]
    [InlineData("*", "a.png", "a.mp4")]
    [InlineData("*.data", "a.data", "")]
    public void What_a_pattern_names_is_a_picture_or_a_film(string pattern, string picture, string film)
    {
        foreach (string name in new[] { "a.mp4", "a.data", "a.png" }) _folder.Write(name, [1]);
        BlurInputs found = BlurInputs.Find([_folder[pattern]], _folder["safe"]);
        Assert.Equal(picture, string.Join(' ', found.Pictures.Select(input => input.RelativePath)));
        Assert.Equal(film, string.Join(' ', found.Films.Select(input => input.RelativePath)));
    }

    [Theory]
    [InlineData("--keep 2: PORTRAIT has no such face; the only face is 1", ExitCode.WrongCommand, "PORTRAIT", "--keep", "2")]
    [InlineData("--keep 1: faces are numbered in each file; name one, not 2", ExitCode.WrongCommand, "PORTRAIT", "TEXT", "--keep", "1")]
    [InlineData("--keep '0': expected whole numbers separated by commas, 1 or more each", ExitCode.WrongCommand, "PORTRAIT", "--keep", "0")]
    [InlineData("--output TEXT: it is a file", ExitCode.WrongCommand, "PORTRAIT", "-o", "TEXT")]
    [InlineData("nothing.png: no such file or folder", ExitCode.InputFailed, "nothing.png")]
    [InlineData("EMPTY: no pictures in this folder", ExitCode.InputFailed, "EMPTY")]
    [InlineData("'FILM' is not a film", ExitCode.InputFailed, "FILM")]
    [InlineData("no ffmpeg", ExitCode.WrongCommand, "FILM", "--ffmpeg", "EMPTY")]
    public async Task What_is_wrong_is_one_line(string line, int code, params string[] arguments)
    {
        Dictionary<string, string> names = new()
        {
            ["PORTRAIT"] = TestFilm.Portrait,
            ["TEXT"] = _folder.Write("text.txt", [1, 2, 3]),
            ["FILM"] = _folder.Write("film.mp4", [1, 2, 3]),
            ["EMPTY"] = Directory.CreateDirectory(_folder["empty"]).FullName,
        };
        if (arguments is ["FILM"]) TestFilm.SkipWithoutFFmpeg();
        string[] output = arguments.Contains("-o") ? [] : ["-o", _folder["safe"]];
        Mexp run = await Mexp.RunAsync(
            Real, ["blur", .. arguments.Select(argument => names.GetValueOrDefault(argument, argument)), .. output]);
        Assert.Equal(code, run.ExitCode);
        string expected = names.Aggregate(line, (text, name) => text.Replace(name.Key, name.Value, StringComparison.Ordinal));
        string[] lines = [.. run.ErrorLines.Where(one => !one.StartsWith("mexp: try", StringComparison.Ordinal))];
        Assert.Contains(expected, Assert.Single(lines), StringComparison.Ordinal);
        if (arguments is ["nothing.png"] or ["EMPTY"]) Assert.False(Directory.Exists(_folder["safe"]));
    }

    private static async Task<List<VideoFrameResult>> AnalyzeAsync(string film)
    {
        List<VideoFrameResult> frames = [];
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default);
        await foreach (VideoFrameResult frame in analyzer.AnalyzeAsync(film, null, TestContext.Current.CancellationToken))
        {
            frames.Add(frame);
        }

        return frames;
    }

    // As a browser shows the picture's lower left corner, where nothing is drawn.
    private static SKColor Shown(string path)
    {
        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        using SKCodec codec = SKCodec.Create(path);
        using SKBitmap shown = SKBitmap.Decode(codec, codec.Info.WithColorSpace(srgb));
        return shown.GetPixel(2, 61);
    }

    private static bool IsAtFace(double x, double y) => Distance(x, Face.X, Face.Width) == 0 && Distance(y, Face.Y, Face.Height) == 0;

    private static double Distance(double value, double from, double length) =>
        Math.Max(0, Math.Max(from - value, value - (from + length)));

    private static uint Pixel(Photo photo, int x, int y)
    {
        ReadOnlySpan<byte> pixel = photo.Rgba.AsSpan(((y * photo.Width) + x) * 4, 3);
        return pixel[0] | ((uint)pixel[1] << 8) | ((uint)pixel[2] << 16);
    }

    // The portrait, and beside it a smaller one.
    private string Pair()
    {
        using SKBitmap portrait = SKBitmap.Decode(TestFilm.Portrait);
        using SKBitmap both = new(1024, 512, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKCanvas canvas = new(both))
        {
            canvas.Clear(SKColors.DarkGray);
            canvas.DrawBitmap(portrait, 0, 0);
            using SKImage smaller = SKImage.FromBitmap(portrait);
            canvas.DrawImage(smaller, SKRect.Create(600, 80, 340, 340), new SKSamplingOptions(SKFilterMode.Linear));
        }

        using SKData data = both.Encode(SKEncodedImageFormat.Png, 100);
        return _folder.Write("pair.png", data.ToArray());
    }

    private static byte[] Segment(byte marker, byte[] content) =>
        [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    // A tEXt chunk after the header; its checksum is wrong, which decoders pass over in such a chunk.
    private static byte[] WithText(byte[] png)
    {
        byte[] text = [.. "Location\0"u8, .. Encoding.ASCII.GetBytes(Secret)];
        const int AfterHeader = 33;
        return [.. png[..AfterHeader], 0, 0, 0, (byte)text.Length, .. "tEXt"u8, .. text, 0, 0, 0, 0, .. png[AfterHeader..]];
    }

    private static string Ask(string program, params string[] arguments)
    {
        FFmpegInstallation installation = TestFilm.SkipWithoutFFmpeg();
        ProcessStartInfo start = new(
            program == "ffprobe" ? installation.Ffprobe : installation.Ffmpeg, ["-v", "error", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd();
    }
}
