namespace MicroExpNet.Tests.Imaging;

public class ImageViewTests
{
    // Width, height, stride, format, bytes that are enough: the last row of the last plane ends with its last pixel.
    [Theory]
    [InlineData(10, 4, 10, PixelFormat.Gray8, 40)]
    [InlineData(10, 4, 16, PixelFormat.Gray8, 58)]
    [InlineData(10, 4, 30, PixelFormat.Rgb24, 120)]
    [InlineData(10, 4, 32, PixelFormat.Bgr24, 126)]
    [InlineData(10, 4, 40, PixelFormat.Rgba32, 160)]
    [InlineData(10, 4, 48, PixelFormat.Bgra32, 184)]
    [InlineData(10, 4, 10, PixelFormat.Nv12, 60)]
    [InlineData(10, 4, 16, PixelFormat.Nv12, 90)]
    [InlineData(9, 5, 10, PixelFormat.Nv12, 80)]
    [InlineData(10, 4, 10, PixelFormat.I420, 60)]
    [InlineData(10, 4, 16, PixelFormat.I420, 93)]
    [InlineData(9, 5, 9, PixelFormat.I420, 75)]
    [InlineData(1, 1, 1, PixelFormat.I420, 3)]
    public void Just_enough_bytes_are_an_image_and_one_less_is_not(int width, int height, int stride, PixelFormat format, int bytes)
    {
        ImageView image = new(new byte[bytes], width, height, stride, format);
        Assert.Equal((width, height, stride, format), (image.Width, image.Height, image.Stride, image.Format));
        ArgumentException short1 = Assert.Throws<ArgumentException>(
            () => new ImageView(new byte[bytes - 1], width, height, stride, format).Width);
        Assert.Equal("pixels", short1.ParamName);
        Assert.Contains($"expected at least {bytes}", short1.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PixelFormat.Gray8, 9, 9)]
    [InlineData(PixelFormat.Rgb24, 9, 27)]
    [InlineData(PixelFormat.Bgra32, 9, 36)]
    [InlineData(PixelFormat.Nv12, 9, 10)]
    [InlineData(PixelFormat.Nv12, 10, 10)]
    [InlineData(PixelFormat.I420, 9, 9)]
    public void Without_a_stride_rows_follow_each_other(PixelFormat format, int width, int stride) =>
        Assert.Equal(stride, new ImageView(new byte[1000], width, 3, format).Stride);

    [Theory]
    [InlineData(0, 4, 10, PixelFormat.Gray8, "width")]
    [InlineData(-1, 4, 10, PixelFormat.Gray8, "width")]
    [InlineData(4, 0, 10, PixelFormat.Gray8, "height")]
    [InlineData(4, 4, 0, PixelFormat.Gray8, "stride")]
    [InlineData(4, 4, 3, PixelFormat.Gray8, "stride")]
    [InlineData(4, 4, -4, PixelFormat.Gray8, "stride")]
    [InlineData(4, 4, 15, PixelFormat.Rgba32, "stride")]
    [InlineData(5, 4, 5, PixelFormat.Nv12, "stride")]
    [InlineData(4, 4, int.MaxValue, PixelFormat.Gray8, "pixels")]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, PixelFormat.Gray8, "pixels")]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, PixelFormat.I420, "pixels")]
    [InlineData(int.MaxValue, 1, int.MaxValue, PixelFormat.Rgba32, "stride")]
    [InlineData(4, 4, 4, (PixelFormat)7, "format")]
    [InlineData(4, 4, 4, (PixelFormat)(-1), "format")]
    public void What_does_not_fit_is_refused_by_its_name(int width, int height, int stride, PixelFormat format, string argument) =>
        Assert.Equal(
            argument,
            Assert.ThrowsAny<ArgumentException>(() => new ImageView(new byte[100], width, height, stride, format).Width).ParamName);

    [Fact]
    public void Packed_rows_too_long_for_an_int_are_refused() =>
        Assert.Equal("width", Assert.ThrowsAny<ArgumentException>(
            () => new ImageView(new byte[100], int.MaxValue / 2, 1, PixelFormat.Rgba32).Width).ParamName);
}
