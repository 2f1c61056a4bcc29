using MicroExpNet.Detection;

namespace MicroExpNet.Tests.Detection;

public class ImagePyramidTests
{
    [Theory]
    [InlineData(100, 70, 1.0)]
    [InlineData(101, 71, 0.5)]
    [InlineData(203, 151, 0.25)]
    [InlineData(64, 48, 0.6)]
    [InlineData(200, 3, 0.25)]
    public void Every_level_shows_each_point_at_the_position_its_scale_says(int width, int height, double scale)
    {
        // Each pixel's value is its column.
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i % width);
        ImagePyramid pyramid = new();
        pyramid.Start(new ImageView(pixels, width, height, width), scale);
        for (int halving = 0; halving < 3; halving++)
        {
            Assert.Equal(pyramid.Width * pyramid.Height, pyramid.Pixels.Length);
            for (int x = 1; x < pyramid.Width - 1; x++)
            {
                double column = ((x + 0.5) * pyramid.ScaleX) - 0.5;
                Assert.InRange(pyramid.Pixels[x] - column, -1.6, 1.6);
            }

            if (Math.Min(pyramid.Width, pyramid.Height) < 2) break;
            (float before, int columns) = (pyramid.ScaleX, pyramid.Width);
            pyramid.Halve();
            Assert.Equal(2 * before, pyramid.ScaleX);
            Assert.Equal(columns / 2, pyramid.Width);
        }
    }
}
