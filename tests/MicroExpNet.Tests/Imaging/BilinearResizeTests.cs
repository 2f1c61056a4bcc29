using CsCheck;
using MicroExpNet.Imaging;

namespace MicroExpNet.Tests.Imaging;

public sealed class BilinearResizeTests
{
    [Fact]
    public void A_constant_picture_stays_constant() =>
        Gen.Select(Picture.Generate, Gen.Byte).Sample((picture, value) =>
        {
            picture.Pixels.AsSpan().Fill(value);
            Assert.DoesNotContain(picture.Resize(), pixel => pixel != value);
        });

    [Fact]
    public void Every_result_lies_between_the_darkest_and_the_brightest_pixel() =>
        Picture.Generate.Sample(picture =>
        {
            byte[] used = picture.Packed();
            byte[] resized = picture.Resize();
            Assert.InRange(resized.Min(), used.Min(), used.Max());
            Assert.InRange(resized.Max(), used.Min(), used.Max());
        });

    [Fact]
    public void The_same_size_gives_the_same_pixels() =>
        Picture.Generate.Sample(
            picture => Assert.Equal(picture.Packed(), (picture with { NewWidth = picture.Width, NewHeight = picture.Height }).Resize()));

    [Fact]
    public void What_lies_between_the_rows_does_not_matter() =>
        Picture.Generate.Sample(
            picture => Assert.Equal(
            (picture with { Pixels = picture.Packed(), Stride = picture.Width * picture.Channels }).Resize(), picture.Resize()));

    [Fact]
    public void Channels_do_not_mix() =>
        Picture.Generate.Where(picture => picture.Channels is 3 or 4).Sample(picture =>
        {
            byte[] together = picture.Resize();
            for (int channel = 0; channel < picture.Channels; channel++)
            {
                byte[] alone = (
                    picture with { Pixels = Channel(picture.Packed(), picture.Channels, channel), Stride = picture.Width, Channels = 1 })
                    .Resize();
                Assert.Equal(alone, Channel(together, picture.Channels, channel));
            }
        });

    [Fact]
    public void A_window_is_cut_from_the_whole_result() =>
        Gen.Select(Picture.Generate, Gen.Int[0, 299], Gen.Int[0, 299]).Sample((picture, left, top) =>
        {
            left %= picture.NewWidth;
            top %= picture.NewHeight;
            int width = Math.Max(1, (picture.NewWidth - left) * 2 / 3);
            int height = Math.Max(1, (picture.NewHeight - top) * 2 / 3);
            byte[] window = new byte[width * height * picture.Channels];
            BilinearResize.ResizeWindow(picture.View, picture.NewWidth, picture.NewHeight, new FaceBox(left, top, width, height), window);

            byte[] whole = picture.Resize();
            for (int y = 0; y < height; y++)
            {
                int length = width * picture.Channels;
                Assert.Equal(
                    whole.AsSpan(((top + y) * picture.NewWidth + left) * picture.Channels, length), window.AsSpan(y * length, length));
            }
        });

    [Fact]
    public void Exactly_half_the_size_is_the_mean_of_four_pixels_rounded_up()
    {
        byte[] result = new byte[2];
        BilinearResize.Resize(new ImageView([0, 1, 10, 20, 1, 0, 30, 40], 4, 2), result, 2, 1);
        Assert.Equal([1, 25], result);
    }

    [Fact]
    public void One_pixel_grows_to_any_size()
    {
        byte[] result = new byte[7 * 5 * 3];
        BilinearResize.Resize(new ImageView([1, 2, 3], 1, 1, PixelFormat.Rgb24), result, 7, 5);
        Assert.Equal(Enumerable.Repeat<byte[]>([1, 2, 3], 35).SelectMany(pixel => pixel), result);
    }

    [Theory]
    [InlineData(0, 4, 4, 1, 4, 4, "width")]
    [InlineData(4, 0, 4, 1, 4, 4, "height")]
    [InlineData(4, 4, 3, 1, 4, 4, "stride")]
    [InlineData(4, 4, 4, 0, 4, 4, "channels")]
    [InlineData(4, 4, 4, 5, 4, 4, "channels")]
    [InlineData(4, 5, 4, 1, 4, 4, "pixels")]
    [InlineData(4, 4, int.MaxValue, 1, 4, 4, "pixels")]
    [InlineData(4, 4, 4, 1, 0, 4, "width")]
    [InlineData(4, 4, 4, 1, 4, -1, "height")]
    [InlineData(4, 4, 4, 1, 5, 4, "destination")]
    [InlineData(4, 4, 4, 1, int.MaxValue, int.MaxValue, "destination")]
    public void A_size_that_does_not_fit_is_refused_by_name(
        int width, int height, int stride, int channels, int newWidth, int newHeight, string argument)
    {
        ArgumentException refused = Assert.ThrowsAny<ArgumentException>(
            () => BilinearResize.Resize(new ImageView(new byte[16], width, height, stride, channels), new byte[16], newWidth, newHeight));
        Assert.Equal(argument, refused.ParamName);
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first_call()
    {
        byte[] source = new byte[200 * 200 * 4];
        byte[] result = new byte[84 * 84 * 4];
        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++) BilinearResize.Resize(new ImageView(source, 200, 200, PixelFormat.Rgba32), result, 84, 84);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A collection in between may trim the pool of rows, which then grows back; a warm round allocates nothing.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Allocated()));
    }

    private static byte[] Channel(byte[] pixels, int channels, int channel) => [.. pixels.Where((_, i) => i % channels == channel)];
}
