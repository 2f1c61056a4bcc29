using MicroExpNet.Imaging;

namespace MicroExpNet.Tests.Imaging;

public sealed class GrayscaleTests
{
    [Fact]
    public void Every_colour_gets_the_weighted_sum_rounded_whatever_its_place()
    {
        byte[] rgba = new byte[1031 * 4];
        new Random(1).NextBytes(rgba);
        for (int count = 0; count <= 1031; count += 1 + count / 4)
        {
            byte[] gray = new byte[count];
            Grayscale.FromRgba(rgba.AsSpan(0, count * 4), gray);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal((rgba[4 * i] * 9798 + rgba[4 * i + 1] * 19235 + rgba[4 * i + 2] * 3735 + 16384) >> 15, gray[i]);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(255)]
    public void Grey_stays_what_it_is(byte value)
    {
        byte[] gray = new byte[64];
        Grayscale.FromRgba([.. Enumerable.Repeat<byte[]>([value, value, value, 7], 64).SelectMany(pixel => pixel)], gray);
        Assert.DoesNotContain(gray, pixel => pixel != value);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused() =>
        Assert.Throws<ArgumentException>(() => Grayscale.FromRgba(new byte[12], new byte[4]));
}
