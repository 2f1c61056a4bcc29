using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Vision.Tests;

public class FaceRotationTests
{
    private const int Side = 90;

    private static readonly FaceBox Box = new(60, 50, Side, Side);

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    [InlineData(7)]
    [InlineData(-40)]
    public void A_tilted_face_turned_by_its_eyes_is_the_upright_one(double degrees)
    {
        double tilt = degrees * Math.PI / 180;
        byte[] upright = Crop(Draw(0), Eyes(0), turned: true), turned = Crop(Draw(tilt), Eyes(tilt), turned: true),
            tilted = Crop(Draw(tilt), Eyes(tilt), turned: false);
        Assert.True(Difference(upright, turned) < 1.5, $"{Difference(upright, turned):0.00}");
        Assert.True(Difference(upright, tilted) > 4 * Difference(upright, turned), $"{Difference(upright, tilted):0.00}");
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-50)]
    [InlineData(180)]
    public void A_face_hardly_tilted_or_further_than_a_face_can_be_stays_as_it_is(double degrees)
    {
        double tilt = degrees * Math.PI / 180;
        Assert.Equal(Crop(Draw(tilt), Eyes(tilt), turned: false), Crop(Draw(tilt), Eyes(tilt), turned: true));
    }

    [Fact]
    public void Without_eyes_nothing_is_turned_and_over_the_edge_the_picture_goes_on_as_its_edge()
    {
        Photo photo = Draw(0.3);
        byte[] without = new byte[84 * 84], box = new byte[84 * 84], atEdge = new byte[84 * 84];
        Recognizer(turned: true).Crop(photo, new DetectedFace(Box), without);
        Recognizer(turned: true).Crop(photo, Box, box);
        Assert.Equal(Crop(photo, Eyes(0.3), turned: false), without);
        Assert.Equal(without, box);

        byte[] gray = new byte[50 * 40 * 4];
        Array.Fill(gray, (byte)90);
        Recognizer(turned: true)
            .Crop(new Photo(gray, 50, 40), new DetectedFace(new FaceBox(-10, -10, 70, 60), 1, new EyePositions(10, 10, 30, 20)), atEdge);
        Assert.All(atEdge, value => Assert.Equal(90, value));
    }

    [Fact]
    public void Tilt_is_the_angle_of_the_eyes_above_zero_where_the_right_one_is_lower()
    {
        Assert.Equal(Math.PI / 4, new EyePositions(10, 10, 20, 20).Tilt, 1e-9);
        Assert.Equal(-Math.PI / 4, new EyePositions(10, 20, 20, 10).Tilt, 1e-9);
        Assert.Equal(0, new EyePositions(10, 20, 20, 20).Tilt);
    }

    // A smooth face about the middle of its box, clockwise turned by the tilt.
    private static Photo Draw(double tilt)
    {
        const int width = 220, height = 200;
        byte[] rgba = new byte[width * height * 4];
        double middleX = Box.X + ((Side - 1) / 2.0), middleY = Box.Y + ((Side - 1) / 2.0);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double across = ((x - middleX) * Math.Cos(tilt)) + ((y - middleY) * Math.Sin(tilt)),
                    down = ((y - middleY) * Math.Cos(tilt)) - ((x - middleX) * Math.Sin(tilt));
                double value = 150 + (0.5 * across) - (0.3 * down) - Spot(across + 18, down + 10, 7) - Spot(across - 18, down + 10, 7) - (
                    0.7 * Spot(across - 4, down - 25, 10));
                rgba.AsSpan(((y * width) + x) * 4, 4).Fill((byte)Math.Clamp(Math.Round(value), 0, 255));
            }
        }

        return new Photo(rgba, width, height);

        static double Spot(double x, double y, double radius) => 120 * Math.Exp(-((x * x) + (y * y)) / (radius * radius));
    }

    private static EyePositions Eyes(double tilt)
    {
        double middleX = Box.X + ((Side - 1) / 2.0), middleY = Box.Y + ((Side - 1) / 2.0), cos = Math.Cos(tilt), sin = Math.Sin(tilt);
        return new EyePositions(
            (float)(middleX - (18 * cos) + (10 * sin)), (float)(middleY - (18 * sin) - (10 * cos)),
                (float)(middleX + (18 * cos) + (10 * sin)), (float)(middleY + (18 * sin) - (10 * cos)));
    }

    private static byte[] Crop(Photo photo, EyePositions eyes, bool turned)
    {
        byte[] crop = new byte[84 * 84];
        Recognizer(turned).Crop(photo, new DetectedFace(Box, 1, eyes), crop);
        return crop;
    }

    private static double Difference(byte[] first, byte[] second) => first.Zip(second, (a, b) => Math.Abs(a - b)).Average();

    private static PhotoRecognizer Recognizer(bool turned)
    {
        Architecture architecture = OriginalArchitectures.MicroExpNet();
        Model model = new(
            architecture,
            architecture.Layers.Select(
                layer => layer.ParameterCount == 0 ? null : new LayerParameters(new float[layer.WeightCount], new float[layer.BiasCount])),
            new ModelCard { Upright = turned });
        return new PhotoRecognizer(new ExpressionRecognizer(model), detector: null);
    }
}
