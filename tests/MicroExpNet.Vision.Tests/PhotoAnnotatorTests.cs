namespace MicroExpNet.Vision.Tests;

public sealed class PhotoAnnotatorTests : IDisposable
{
    private static readonly ExpressionScores Scores = new([0.1f, 0, 0, 0, 0, 0.9f, 0, 0]);

    private readonly string _folder = Directory.CreateTempSubdirectory("mexp-annotate").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    [InlineData("a.gif")]
    public void The_picture_stays_whole_beside_its_panel(string name)
    {
        string path = Path.Combine(_folder, name);
        PhotoAnnotator.Save(Gray(100, 60), [new RecognizedFace(new DetectedFace(new FaceBox(30, 30, 20, 20)), Scores)], path);
        Photo drawn = Photo.Load(path);
        Assert.True(drawn.Width > 100 && drawn.Height >= 60);
        Assert.InRange(drawn.Rgba[(58 * drawn.Stride) + (90 * 4)], 125, 131);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Text_is_drawn_without_a_font_of_the_machine()
    {
        string path = Path.Combine(_folder, "text.png");
        PhotoAnnotator.Save(Gray(100, 100), [new RecognizedFace(null, Scores)], path);
        Photo drawn = Photo.Load(path);
        int bright = 0;
        for (int y = 0; y < drawn.Height; y++)
        {
            // The names' column, left of the bars.
            for (int x = 105; x < 170; x++) bright += drawn.Rgba[(y * drawn.Stride) + (x * 4)] > 200 ? 1 : 0;
        }

        Assert.InRange(bright, 300, 5000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void Any_picture_size_and_number_of_faces_is_drawn(int faces)
    {
        foreach ((int width, int height) in ((int, int)[])[(1, 1), (100, 30), (30, 900), (1000, 700)])
        {
            RecognizedFace[] all = [
                .. Enumerable.Range(0, faces)
                .Select(i => new RecognizedFace(new DetectedFace(new FaceBox(i % width, i % height, 1, 1)), Scores))];
            string path = Path.Combine(_folder, "any.png");
            PhotoAnnotator.Save(Gray(width, height), all, path);
            Assert.True(Photo.Load(path).Width > width);
        }
    }

    // 16,383 columns are the most that a WebP file has.
    [Theory]
    [InlineData("many.webp")]
    [InlineData("many.jpg")]
    public void Of_a_thousand_faces_those_that_fit_have_panels(string name)
    {
        RecognizedFace[] all = [
            .. Enumerable.Range(0, 1000).Select(i => new RecognizedFace(new DetectedFace(new FaceBox(i % 190, i % 180, 9, 9)), Scores))];
        string path = Path.Combine(_folder, name);
        using Photo photo = Gray(200, 200);
        PhotoAnnotator.Save(photo, all, path);
        using Photo drawn = Photo.Load(path), two = PhotoAnnotator.Draw(photo, all[..2]);
        Assert.InRange(drawn.Width, 16_000, 16_383);
        Assert.InRange(two.Width, 201, 1000);
    }

    [Fact]
    public void A_picture_that_is_wide_itself_has_one_column_of_panels()
    {
        using Photo photo = Gray(17_000, 4);
        RecognizedFace face = new(new DetectedFace(new FaceBox(0, 0, 4, 4)), Scores);
        using Photo one = PhotoAnnotator.Draw(photo, [face]), many = PhotoAnnotator.Draw(photo, [.. Enumerable.Repeat(face, 50)]);
        Assert.InRange(one.Width, 17_001, 33_000);
        Assert.InRange(many.Width, 17_001, 33_000);
    }

    [Fact]
    public void A_drawing_is_a_photo_and_is_written_to_a_stream()
    {
        DetectedFace detected = new(new FaceBox(30, 30, 40, 40), 0.97f, new EyePositions(42, 45, 58, 45));
        RecognizedFace face = new(detected, Scores);
        using Photo photo = Gray(200, 120), drawn = PhotoAnnotator.Draw(photo, [face]);
        using Photo plain = PhotoAnnotator.Draw(photo, [new RecognizedFace(detected with { Score = 0.5f, Eyes = null }, Scores)]);
        Assert.True(drawn.Width > 200);
        Assert.All(photo.Rgba.Where((_, i) => i % 4 == 0), value => Assert.Equal(128, value));

        // Dots on the eyes, in the expression's colour; and a line with the score.
        int left = (45 * drawn.Stride) + (42 * 4);
        Assert.NotEqual(plain.Rgba[left..(left + 3)], drawn.Rgba[left..(left + 3)]);
        Assert.NotEqual(Panel(plain), Panel(drawn));
        using MemoryStream stream = new();
        PhotoAnnotator.Save(photo, [face], stream, PhotoFormat.Png);
        Assert.Equal(drawn.Rgba, Photo.Load(new MemoryStream(stream.ToArray()), "drawn").Rgba);

        static byte[] Panel(Photo photo) => [.. photo.Rgba.Where((_, i) => i / 4 % photo.Width > 200)];
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_io_failure_and_leaves_nothing() =>
        Assert.ThrowsAny<IOException>(() => PhotoAnnotator.Save(Gray(10, 10), [], Path.Combine(_folder, "no", "a.png")));

    private static Photo Gray(int width, int height)
    {
        byte[] rgba = new byte[width * height * 4];
        for (int i = 0; i < rgba.Length; i++) rgba[i] = i % 4 == 3 ? (byte)255 : (byte)128;
        return new Photo(rgba, width, height);
    }
}
