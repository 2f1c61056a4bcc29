using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Tests.Detection;

public sealed class SceneComposerTests : IDisposable
{
    private static readonly SceneOptions Small = new() { Width = 200, Height = 160, MinFace = 20, MaxFace = 120, MaxFaces = 4 };

    private readonly MadeUpPictures _pictures = new();

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void A_scene_follows_from_its_seed_and_number_on_any_thread()
    {
        SceneComposer composer = _pictures.Composer;
        LabeledPicture[] scenes = [.. Enumerable.Range(0, 16).Select(i => composer.Compose(Small, 5, i))];
        LabeledPicture[] again = new LabeledPicture[scenes.Length];
        Parallel.For(0, scenes.Length, i => again[i] = composer.Compose(Small, 5, i));
        for (int i = 0; i < scenes.Length; i++)
        {
            Assert.Equal($"{i:00000}.png", scenes[i].Name);
            Assert.Equal(scenes[i].Image.Pixels, again[i].Image.Pixels);
            Assert.Equal<PlacedFace>(scenes[i].Faces, again[i].Faces);
            Assert.NotEqual(scenes[i].Image.Pixels, composer.Compose(Small, 6, i).Image.Pixels);
        }
    }

    [Fact]
    public void Faces_are_of_the_sizes_asked_for_apart_and_with_their_middle_in_the_scene()
    {
        SceneComposer composer = _pictures.Composer;
        LabeledPicture[] scenes = [.. Enumerable.Range(0, 150).Select(i => composer.Compose(Small, 1, i))];
        foreach (LabeledPicture scene in scenes)
        {
            Assert.InRange(scene.Faces.Length, 0, 4);
            foreach (PlacedFace face in scene.Faces)
            {
                Assert.InRange(face.Side, 20 - 1e-3, 120 + 1e-3);
                Assert.InRange(face.X, 0.3 * face.Side - 1e-3, 200 - (0.3 * face.Side) + 1e-3);
                Assert.InRange(face.Y, 0.3 * face.Side - 1e-3, 160 - (0.3 * face.Side) + 1e-3);
                EyePositions eyes = Assert.NotNull(face.Eyes);
                Assert.True(eyes.LeftX < eyes.RightX);

                // 48 degrees of a square that is up to 1.15 times as wide, so that it turns the eyes by more, and the eyes' own.
                Assert.InRange(Math.Abs(eyes.Tilt), 0, 60 * Math.PI / 180);

                // 0.38 to 0.44 in the pictures, which are stretched by 0.92 to 1.15.
                Assert.InRange(
                    Math.Sqrt(Math.Pow(eyes.RightX - eyes.LeftX, 2) + Math.Pow(eyes.RightY - eyes.LeftY, 2)) / face.Side, 0.32, 0.51);
                Assert.All(scene.Faces.Where(other => other != face), other =>
                    Assert.True(Math.Max(Math.Abs(other.X - face.X), Math.Abs(other.Y - face.Y)) > 0.54 * (other.Side + face.Side)));
            }
        }

        Assert.All(Enumerable.Range(0, 3), count => Assert.Contains(scenes, scene => scene.Faces.Length == count));
        PlacedFace[] all = [.. scenes.SelectMany(scene => scene.Faces)];
        Assert.Contains(all, face => face.Eyes!.Value.Tilt > 0.2);
        Assert.Contains(all, face => face.Eyes!.Value.Tilt < -0.2);
        Assert.Contains(all, face => face.Side < 30);
        Assert.Contains(all, face => face.Side > 80);
    }

    [Fact]
    public void Heads_are_drawn_where_the_boxes_and_eyes_say()
    {
        SceneComposer composer = _pictures.Composer;
        List<(double X, double Y)> off = [];
        foreach (LabeledPicture scene in Enumerable.Range(0, 120).Select(i => composer.Compose(Small with { MinFace = 40 }, 3, i)))
        {
            foreach (PlacedFace face in scene.Faces)
            {
                EyePositions eyes = Assert.NotNull(face.Eyes);
                foreach ((float x, float y) in new[] { (face.X, face.Y), (eyes.LeftX, eyes.LeftY), (eyes.RightX, eyes.RightY) })
                {
                    // A dot near the edge, or one that is covered, cannot be measured.
                    if (MiddleOfDot(scene.Image, x, y, 0.12 * face.Side) is { } dot)
                    {
                        off.Add(((dot.X - x) / face.Side, (dot.Y - y) / face.Side));
                    }
                }
            }
        }

        Assert.True(off.Count > 200, $"{off.Count}");
        double[] distances = [.. off.Select(one => Math.Sqrt((one.X * one.X) + (one.Y * one.Y))).Order()];
        Assert.True(distances[distances.Length / 2] < 0.02, $"half are {distances[distances.Length / 2]:0.000} of the side off");
        Assert.True(
            distances[distances.Length * 8 / 10] < 0.035,
            $"a fifth is more than {distances[distances.Length * 8 / 10]:0.000} of the side off");
    }

    [Theory]
    [InlineData(15, 100, 24, 100, 1, "expected 16 to 16384 pixels a side")]
    [InlineData(100, 100_000, 24, 100, 1, "expected 16 to 16384 pixels a side")]
    [InlineData(100, 100, 3, 100, 1, "expected 4 or more, the smaller first")]
    [InlineData(100, 100, 50, 49, 1, "expected 4 or more, the smaller first")]
    [InlineData(100, 100, 50, double.PositiveInfinity, 1, "expected 4 or more, the smaller first")]
    [InlineData(100, 100, double.NaN, 50, 1, "expected 4 or more, the smaller first")]
    [InlineData(100, 100, 24, 100, -1, "expected 0 to 1000")]
    public void Settings_out_of_range_are_refused_in_a_line(
        int width, int height, double minimum, double maximum, int faces, string message)
    {
        SceneOptions settings = new() { Width = width, Height = height, MinFace = minimum, MaxFace = maximum, MaxFaces = faces };
        Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => _pictures.Composer.Compose(settings, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_smallest_scene_with_the_largest_faces_and_the_smallest_background_is_composed()
    {
        File.WriteAllBytes(_pictures.Path("backgrounds/0.png"), new GrayImage([7], 1, 1).EncodePng());
        SceneComposer composer = _pictures.Composer;
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(256, composer.Compose(new SceneOptions { Width = 16, Height = 16, MaxFace = 5000 }, 1, i).Image.Pixels.Length);
            Assert.Empty(composer.Compose(Small with { MaxFaces = 0 }, 1, i).Faces);
        }
    }

    [Fact]
    public void Without_heads_or_backgrounds_there_is_no_composer()
    {
        Assert.Contains(
            "expected heads with a boxes.csv",
            Assert.Throws<ArgumentException>(() => new SceneComposer([_pictures.Backgrounds], _pictures.Backgrounds)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no picture without faces",
            Assert.Throws<ArgumentException>(() => new SceneComposer([_pictures.Heads], _pictures.Heads)).Message,
            StringComparison.Ordinal);
    }

    // The middle of the dark pixels around a place; a pixel reaches from its number to the next.
    private static (double X, double Y)? MiddleOfDot(GrayImage image, double x, double y, double reach)
    {
        int left = (int)(x - reach), right = (int)(x + reach), top = (int)(y - reach), bottom = (int)(y + reach);
        if (left < 0 || top < 0 || right >= image.Width || bottom >= image.Height) return null;
        List<(int X, int Y, int Value)> around = [];
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                if (Math.Pow(column + 0.5 - x, 2) + Math.Pow(row + 0.5 - y, 2) <= reach * reach)
                {
                    around.Add((column, row, image.Pixels[(row * image.Width) + column]));
                }
            }
        }

        int least = around.Min(pixel => pixel.Value), most = around.Max(pixel => pixel.Value);
        if (most - least < 60) return null;
        (int X, int Y, int Value)[] dark = [.. around.Where(pixel => pixel.Value < (least + most) / 2)];
        return (dark.Average(pixel => pixel.X) + 0.5, dark.Average(pixel => pixel.Y) + 0.5);
    }
}
