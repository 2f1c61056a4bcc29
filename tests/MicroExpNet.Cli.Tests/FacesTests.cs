using System.Globalization;
using MicroExpNet.Tests;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

public sealed class FacesTests : IDisposable
{
    private static readonly DetectedFace Tilted = new(new FaceBox(40, 30, 40, 40), 0.9f, new EyePositions(50, 40, 70, 60));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_face_is_a_file_and_the_table_says_where_it_came_from()
    {
        _folder.Write("in/a.png", Pictures.Png(120, 100));
        _folder.Write("in/x/a.jpg", Pictures.Jpeg());
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(4, 5, 30, 31), new FaceBox(10, 10, 20, 20));
        Mexp run = await Mexp.RunAsync(surroundings, "faces", _folder["in"], "-o", _folder["cut"], "--model", TestModel.Path);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(
            ["cut/a-1.png", "cut/a-2.png", "cut/faces.csv", "cut/x/a-1.png", "cut/x/a-2.png"],
            _folder.Files.Where(file => file.StartsWith("cut", StringComparison.Ordinal)));
        string[] lines = await File.ReadAllLinesAsync(_folder["cut/faces.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(
            "file,source,face,x,y,box_width,box_height,score,left_eye_x,left_eye_y,right_eye_x,right_eye_y,expression,probability",
            lines[0]);
        Assert.StartsWith($"a-1.png,{_folder["in/a.png"]},1,4,5,30,31,1,,,,,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"x/a-2.png,{_folder["in/x/a.jpg"]},2,10,10,20,20,", lines[4], StringComparison.Ordinal);
        Assert.Equal((31, 31), Size("cut/a-1.png"));
    }

    [Fact]
    public async Task Of_a_picture_whose_later_face_can_not_be_written_no_face_is_left()
    {
        _folder.Write("in/a-2.png/x.png", Pictures.Png(120, 100));
        _folder.Write("in/a.png", Pictures.Png(120, 100));
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(4, 5, 30, 31), new FaceBox(10, 10, 20, 20));
        Mexp run = await Mexp.RunAsync(
            surroundings, "faces", _folder["in"], "-o", _folder["cut"], "--model", TestModel.Path, "--jobs", "1");
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains("its face cannot be written", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(
            ["cut/a-2.png/x-1.png", "cut/a-2.png/x-2.png", "cut/faces.csv"],
            _folder.Files.Where(file => file.StartsWith("cut", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_killed_run_left_does_not_stop_the_next_and_is_removed()
    {
        string work = _folder[".cut.mexp-tmp"];
        Directory.CreateDirectory(work);
        await File.WriteAllTextAsync(Path.Combine(work, "old.png"), "half", TestContext.Current.CancellationToken);
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(40, 30, 24, 24));
        Mexp run = await Mexp.RunAsync(
            surroundings, "faces", _folder.Write("a.png", Pictures.Png(120, 100)), "-o", _folder["cut"], "--model", TestModel.Path);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(["a.png", "cut/a-1.png", "cut/faces.csv"], _folder.Files.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(work));
    }

    [Fact]
    public async Task A_cut_face_has_the_pixels_of_its_box()
    {
        byte[] original = Pictures.Png(120, 100);
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(40, 30, 24, 24));
        await Mexp.RunAsync(surroundings, "faces", _folder.Write("a.png", original), "-o", _folder["cut"], "--model", TestModel.Path);

        using SKBitmap photo = SKBitmap.Decode(original), face = SKBitmap.Decode(_folder["cut/a-1.png"]);
        for (int y = 0; y < 24; y++)
        {
            for (int x = 0; x < 24; x++) Assert.Equal(photo.GetPixel(40 + x, 30 + y), face.GetPixel(x, y));
        }
    }

    [Fact]
    public async Task Size_margin_and_level_eyes_are_as_asked_for()
    {
        // Where the eyes are, two marks: level after the cut, each as far from the middle as the other.
        using SKBitmap photo = new(120, 100, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKCanvas canvas = new(photo))
        {
            canvas.Clear(SKColors.White);
            using SKPaint black = new() { Color = SKColors.Black };
            canvas.DrawCircle(50, 40, 3, black);
            canvas.DrawCircle(70, 60, 3, black);
        }

        using SKData data = photo.Encode(SKEncodedImageFormat.Png, 100);
        MexpSurroundings surroundings = new() { CreateDetector = (_, _) => new FixedFaces(Tilted) };
        await Mexp.RunAsync(
            surroundings, "faces", _folder.Write("a.png", data.ToArray()), "-o", _folder["cut"], "--model", TestModel.Path, "--size", "96",
                "--margin", "0.5", "--align");

        Assert.Equal((96, 96), Size("cut/a-1.png"));
        using SKBitmap face = SKBitmap.Decode(_folder["cut/a-1.png"]);
        (int X, int Y)[] dark = [
            .. from y in Enumerable.Range(0, 96) from x in Enumerable.Range(0, 96) where face.GetPixel(x, y).Red < 128 select (x, y)];
        double left = dark.Where(place => place.X < 48).Average(place => place.Y), right = dark.Where(place => place.X >= 48)
            .Average(place => place.Y);
        Assert.Equal(left, right, 0.6);

        // 28.3 pixels apart in a face of 40 pixels, which with its margins has 80.
        double apart = dark.Where(place => place.X >= 48).Average(place => place.X) - dark.Where(place => place.X < 48)
            .Average(place => place.X);
        Assert.Equal(28.3 * 96 / 80, apart, 0.7);
    }

    [Theory]
    [InlineData("gone.png", ExitCode.InputFailed, "no picture could be used")]
    [InlineData("none.png", ExitCode.Success, "no face found in 1 picture")]
    public async Task Why_there_is_no_face_is_told(string picture, int code, string why)
    {
        _folder.Write("none.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync(MexpSurroundings.WithFaces(), "faces", _folder[picture], "-o", _folder["cut"]);
        Assert.Equal(code, run.ExitCode);
        Assert.Equal($"mexp: {why}; {_folder["cut"]} is not written", run.ErrorLines[^1]);
        Assert.False(Directory.Exists(_folder["cut"]));
    }

    [Fact]
    public async Task Sorted_by_expression_the_folder_can_be_trained_on()
    {
        string photo = ReferenceData.Repository("samples/astronaut.png");
        MexpSurroundings surroundings = new() { CreateDetector = (_, options) => FaceDetector.Default.With(options) };
        Mexp run = await Mexp.RunAsync(
            surroundings, "faces", photo, _folder.Write("b/none.png", Pictures.Png()), "-o", _folder["cut"], "--by-expression");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(["mexp: no face found in 1 of 2 pictures"], run.ErrorLines);
        Assert.Equal(
            ["cut/faces.csv", "cut/happy/astronaut-1.png"], _folder.Files.Where(file => file.StartsWith("cut", StringComparison.Ordinal)));
        string row = (await File.ReadAllLinesAsync(_folder["cut/faces.csv"], TestContext.Current.CancellationToken))[1];
        Assert.True(double.Parse(row.Split(',')[^1], CultureInfo.InvariantCulture) > 0.9);

        Mexp evaluated = await Mexp.RunAsync("evaluate", "--data", _folder["cut"], "--format", "json");
        Assert.Equal(1, evaluated.Json.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_left_alone()
    {
        string picture = _folder.Write("in/a.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync("faces", picture, "-o", _folder["in"], "--model", TestModel.Path);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("not an empty folder", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["in/a.png"], _folder.Files);
    }

    private (int Width, int Height) Size(string name)
    {
        using SKCodec codec = SKCodec.Create(_folder[name]);
        return (codec.Info.Width, codec.Info.Height);
    }
}
