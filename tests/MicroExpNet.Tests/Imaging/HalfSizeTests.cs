using CsCheck;
using MicroExpNet.Imaging;

namespace MicroExpNet.Tests.Imaging;

public class HalfSizeTests
{
    [Fact]
    public void Each_pixel_is_the_mean_of_four_rounded_as_opencv_does() =>
        Picture.Generate.Where(picture => picture.Width > 1 && picture.Height > 1).Sample(
        picture =>
        {
            int width = picture.Width / 2, height = picture.Height / 2, channels = picture.Channels;
            byte[] half = new byte[width * height * channels];
            HalfSize.Average(picture.View, half);
            for (int i = 0; i < half.Length; i++)
            {
                int channel = i % channels, x = i / channels % width, y = i / channels / width;
                double mean = 0;
                for (int k = 0; k < 4; k++)
                {
                    mean += picture.Pixels[(((2 * y) + (k / 2)) * picture.Stride) + (((2 * x) + (k % 2)) * channels) + channel] / 4.0;
                }
                double expected = Math.Round(mean, channels == 2 ? MidpointRounding.ToEven : MidpointRounding.AwayFromZero);
                Assert.True(expected == half[i], $"{x},{y}: {half[i]} for {mean}");
            }
        },
        iter: 60);
}
