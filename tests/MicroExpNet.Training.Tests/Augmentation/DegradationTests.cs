using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Tests.Augmentation;

public sealed unsafe class DegradationTests
{
    [Fact]
    public void Noise_has_the_deviation_that_was_asked_for()
    {
        GrayImage flat = new([.. Enumerable.Repeat((byte)128, 100 * 100)], 100, 100);
        RandomStream random = new(1, 2);
        byte[] noisy = Degradation.AddNoise(flat, 15, ref random).Pixels;
        double mean = noisy.Average(pixel => (double)pixel);
        Assert.Equal(128, mean, 1.0);
        Assert.Equal(15, Math.Sqrt(noisy.Average(pixel => Math.Pow(pixel - mean, 2))), 0.5);
    }

    // The edge at column 48 becomes the normal distribution's function; 96 rows make a deviation of 2 one of 4 pixels.
    [Theory]
    [InlineData(-8, 0.0228)]
    [InlineData(-4, 0.1587)]
    [InlineData(-1, 0.4013)]
    [InlineData(1, 0.5987)]
    [InlineData(6, 0.9332)]
    public void A_blurred_edge_is_a_gaussians_integral_in_pixels_of_48_rows(int distance, double share)
    {
        GrayImage edge = new([.. Enumerable.Range(0, 96 * 96).Select(i => (byte)(i % 96 < 48 ? 0 : 250))], 96, 96);
        byte[] blurred = Degradation.Blur(edge, 2).Pixels;

        // Between two pixels' centres: their mean.
        int right = (40 * 96) + 48 + distance;
        Assert.Equal(250 * share, (blurred[right - 1] + blurred[right]) / 2.0, 2.0);
    }

    [Fact]
    public void Light_gamma_pixels_and_covers_are_changed_as_named()
    {
        GrayImage ramp = new([.. Enumerable.Range(0, 48 * 48).Select(i => (byte)(i % 48 * 5))], 48, 48);
        Assert.Equal((byte)25, Degradation.Expose(ramp, 0.125).Pixels[40]);
        Assert.Equal((byte)255, Degradation.Expose(ramp, 2).Pixels[40]);
        Assert.Equal((byte)Math.Round(255 * Math.Pow(200 / 255.0, 2)), Degradation.Bend(ramp, 2).Pixels[40]);
        GrayImage small = Degradation.Shrink(ramp, 1.0 / 3);
        Assert.Equal((16, 16), (small.Width, small.Height));
        Assert.Equal(ramp.Pixels.Average(pixel => pixel), small.Pixels.Average(pixel => pixel), 1.0);
        byte[] covered = Degradation.Cover(ramp, 0.5, 1, 0, 1, 7).Pixels;
        Assert.Equal(ramp.Pixels[..(24 * 48)], covered[..(24 * 48)]);
        Assert.All(covered[(24 * 48)..], pixel => Assert.Equal(7, pixel));
        Assert.NotEqual(ramp.Pixels, Degradation.Compress(ramp, 5).Pixels);
    }

    [Fact]
    public void Degrading_some_faces_leaves_the_others_and_their_other_changes_as_they_were()
    {
        GrayImage image = Shapes.Create(1, side: 48).Samples[0].Image;
        Augmenter plain = new(AugmentationOptions.Standard, 48, 48),
            degrading = new(AugmentationOptions.Standard with { Degradation = 0.5 }, 48, 48);
        int same = 0;
        for (int i = 0; i < 200; i++)
        {
            float[] expected = Draw(plain, i), actual = Draw(degrading, i);
            if (expected.AsSpan().SequenceEqual(actual)) same++;
            Assert.All(actual, value => Assert.InRange(value, 0, 255));
        }

        Assert.InRange(same, 70, 130);

        float[] Draw(Augmenter augmenter, int position)
        {
            float[] values = new float[48 * 48];
            RandomStream random = new(3, (ulong)position);
            fixed (float* destination = values) augmenter.Draw(image, ref random, 1, 0, 1, adds: false, destination, 48);
            return values;
        }
    }
}
