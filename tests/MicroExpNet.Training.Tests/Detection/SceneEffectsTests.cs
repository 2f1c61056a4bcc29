using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Training.Tests.Detection;

public sealed class SceneEffectsTests : IDisposable
{
    private readonly MadeUpPictures _pictures = new();

    public void Dispose() => _pictures.Dispose();

    [Theory]
    [InlineData(15, 0.5)] // where the rounding of each block's mean differs, see there
    [InlineData(50, 0.15)]
    [InlineData(90, 0.15)]
    public void Compression_does_nearly_what_libjpeg_does(int quality, double share)
    {
        GrayImage image = Portrait();
        float[] pixels = [.. image.Pixels.Select(value => (float)value)];
        JpegArtifacts.Apply(pixels, image.Width, image.Height, quality);
        using SKBitmap bitmap = new(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque);
        image.Pixels.CopyTo(bitmap.GetPixelSpan());
        using SKData file = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        using MemoryStream stream = new(file.ToArray());
        using Photo decoded = Photo.Load(stream, "compressed");
        byte[] expected = decoded.ToGray();
        double changed = Mean(i => Math.Abs(image.Pixels[i] - expected[i])),
            off = Mean(i => Math.Abs(Math.Clamp(pixels[i], 0, 255) - expected[i]));
        Assert.True(off < Math.Max(share * changed, 0.6), $"{off:0.00} off where compression changes {changed:0.00}");

        double Mean(Func<int, double> error) => Enumerable.Range(0, expected.Length).Average(error);
    }

    [Fact]
    public void A_tone_is_exponent_then_contrast_then_light()
    {
        Tone tone = new(0.5f, 10) { Gamma = 2, X = 5, Y = 5, ShadeX = 0.1f, Shadow = 0.5f, ShadowX = 10 };
        float[] values = new float[257];
        tone.Fill(values);
        Assert.Equal((255 * (100 / 255.0) * (100 / 255.0) * 0.5) + (127.5 * 0.5) + 10, values[100], 1e-3);
        Assert.Equal(0.7, tone.Shade(2, 9), 1e-6);
        Assert.Equal(1.3 * 0.5, tone.Shade(8, 1), 1e-6);
    }

    [Fact]
    public void Defocus_spreads_a_point_by_its_deviation()
    {
        float[] pixels = new float[41 * 41];
        pixels[(20 * 41) + 20] = 1000;
        new Canvas(pixels, 41, 41).Defocus(1.7);
        Assert.Equal(1000, pixels.Sum(), 0.1);
        double variance = pixels.Select((value, i) => value * Math.Pow((i % 41) - 20, 2)).Sum() / 1000;
        Assert.Equal(1.7 * 1.7, variance, 1e-3);
    }

    [Fact]
    public void Altered_pictures_know_where_their_faces_are()
    {
        LabeledPicture head = _pictures.Heads.Pictures[2];
        foreach ((string name, Func<LabeledPicture, LabeledPicture> apply) in AlteredPictures.All)
        {
            LabeledPicture altered = apply(head);
            PlacedFace face = Assert.Single(altered.Faces);
            bool isReduced = name.StartsWith("reduced", StringComparison.Ordinal);
            Assert.Equal(isReduced, altered.Image.Width < head.Image.Width);
            Assert.Equal(head.Faces[0].Side * (isReduced ? (double)altered.Image.Width / head.Image.Width : 1), face.Side, 0.5);
            if (!isReduced && !name.StartsWith("turned", StringComparison.Ordinal)) continue;
            Assert.Equal(!isReduced, altered.Image.Width > head.Image.Width);

            // The dots of eyes and nose are where they are said to be.
            EyePositions eyes = Assert.NotNull(face.Eyes);
            foreach ((float x, float y) in new[] { (face.X, face.Y), (eyes.LeftX, eyes.LeftY), (eyes.RightX, eyes.RightY) })
            {
                Assert.InRange(altered.Image.Pixels[((int)y * altered.Image.Width) + (int)x], 0, 20);
            }
        }
    }

    [Fact]
    public void Hard_negatives_are_read_back_and_stand_in_the_scenes()
    {
        GrayImage marked = new(
            [.. Enumerable.Range(0, 400 * 300)
            .Select(i => (byte)((i % 400) is >= 150 and < 250 && i / 400 is >= 100 and < 200 ? 255 : 20))], 400, 300);
        File.WriteAllBytes(_pictures.Path("backgrounds/marked.png"), marked.EncodePng());
        for (int i = 0; i < 30; i++) File.Copy(_pictures.Path("backgrounds/0.png"), _pictures.Path($"backgrounds/dark{i}.png"));
        LabeledPicture picture = _pictures.Backgrounds.Pictures.Single(one => one.Name == "marked.png");
        File.WriteAllLines(
            _pictures.Path("false.csv"),
            [HardNegative.Header, HardNegative.ToLine(picture, new DetectedFace(new FaceBox(150, 100, 100, 100), 0.7f))]);
        HardNegative negative = Assert.Single(HardNegative.Load(_pictures.Path("false.csv")));
        Assert.Equal(new HardNegative("marked.png", 0.5f, 0.5f, 0.25f), negative);

        // A name that a table must quote.
        LabeledPicture odd = picture with { Name = "we, \"you\" é;\n.jpg" };
        File.WriteAllLines(
            _pictures.Path("odd.csv"),
            [HardNegative.Header, HardNegative.ToLine(odd, new DetectedFace(new FaceBox(150, 100, 100, 100), 0.7f))]);
        Assert.Equal(odd.Name, Assert.Single(HardNegative.Load(_pictures.Path("odd.csv"))).Picture);
        foreach (string box in new[] { "5000,0,10,10", "0,0,1e9,1e9", "-50,0,10,10" })
        {
            File.WriteAllLines(_pictures.Path("odd.csv"), [HardNegative.Header, $"marked.png,400,300,{box},1"]);
            Assert.Contains(
                "odd.csv, line 2: expected a picture of 1 pixel or more and a box in it",
                Assert.Throws<DataSetFormatException>(() => HardNegative.Load(_pictures.Path("odd.csv"))).Message,
                StringComparison.Ordinal);
        }

        foreach (string damaged in new[] { "", $"{HardNegative.Header}\n\"marked.png,400,300,1,1,9,9,1\n" })
        {
            File.WriteAllText(_pictures.Path("odd.csv"), damaged);
            Assert.StartsWith(
                $"{_pictures.Path("odd.csv")}: no table (",
                Assert.Throws<DataSetFormatException>(() => HardNegative.Load(_pictures.Path("odd.csv"))).Message,
                StringComparison.Ordinal);
        }

        File.AppendAllText(_pictures.Path("false.csv"), " \n\n");
        Assert.Equal(negative, Assert.Single(HardNegative.Load(_pictures.Path("false.csv"))));

        SceneOptions faceless = new() { Width = 128, Height = 128, MaxFaces = 0 };
        (int with, int without) = (Bright([negative]), Bright([]));
        Assert.True(with > without + 15, $"{with} and {without} of 200");
        Assert.Contains(
            "no picture 'other.png'",
            Assert.Throws<ArgumentException>(
            () => new SceneComposer([_pictures.Heads], _pictures.Backgrounds, [negative with { Picture = "other.png" }])).Message,
            StringComparison.Ordinal);
        File.WriteAllLines(_pictures.Path("false.csv"), [HardNegative.Header, "marked.png,400,300,a,0,1,1,1"]);
        Assert.Contains(
            "false.csv, line 2: column 'x' is no number",
            Assert.Throws<DataSetFormatException>(() => HardNegative.Load(_pictures.Path("false.csv"))).Message, StringComparison.Ordinal);
        File.WriteAllLines(_pictures.Path("false.csv"), ["file,width", "marked.png,400"]);
        Assert.Contains(
            "false.csv: no column 'height'",
            Assert.Throws<DataSetFormatException>(() => HardNegative.Load(_pictures.Path("false.csv"))).Message, StringComparison.Ordinal);

        // Scenes in which something is bright.
        int Bright(HardNegative[] negatives)
        {
            SceneComposer composer = new([_pictures.Heads], _pictures.Backgrounds, negatives);
            return Enumerable.Range(0, 200).Count(i => composer.Compose(faceless, 3, i).Image.Pixels.Count(pixel => pixel > 150) > 100);
        }
    }

    private static GrayImage Portrait()
    {
        byte[] pixels = new byte[96 * 64];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i % 96, y = i / 96;
            pixels[i] = (byte)Math.Clamp(
                128 + (60 * Math.Sin(x * 0.21) * Math.Cos(y * 0.13)) + (x > 50 && y > 20 ? 50 : 0) + (((x * 31) + (y * 17)) % 23), 0, 255);
        }

        return new GrayImage(pixels, 96, 64);
    }
}
