using MicroExpNet.Imaging;
using OpenCvSharp;

namespace MicroExpNet.OpenCv.Tests;

public sealed class ResizeAgainstOpenCvTests
{
    [OpenCvFact]
    public void Resizing_gives_OpenCvs_pixels_for_200_random_sizes()
    {
        var random = new Random(20);
        for (int i = 0; i < 200; i++)
        {
            AssertSame(random, random.Next(1, 600), random.Next(1, 600), random.Next(1, 5), random.Next(1, 600), random.Next(1, 600));
        }
    }

    [OpenCvFact]
    public void Halving_gives_OpenCvs_pixels_in_every_number_of_channels()
    {
        var random = new Random(21);
        for (int channels = 1; channels <= 4; channels++)
        {
            AssertSame(random, 512, 512, channels, 256, 256);
            AssertSame(random, 90, 70, channels, 45, 35);
            AssertSame(random, 90, 70, channels, 45, 70);
        }
    }

    [OpenCvFact]
    public void Sizes_from_one_pixel_on_give_OpenCvs_pixels()
    {
        var random = new Random(22);
        for (int size = 1; size <= 20; size++)
        {
            AssertSame(random, size, 21 - size, 1, 84, 84);
            AssertSame(random, 84, 84, 3, size, 21 - size);
        }
    }

    [OpenCvFact]
    public void Grey_is_OpenCvs_for_every_kind_of_colour()
    {
        byte[] rgba = new byte[4 * 1_000_000];
        new Random(23).NextBytes(rgba);
        byte[] gray = new byte[1_000_000];
        Grayscale.FromRgba(rgba, gray);

        using Mat colour = Mat.FromPixelData(1000, 1000, MatType.CV_8UC4, rgba);
        using Mat expected = colour.CvtColor(ColorConversionCodes.RGBA2GRAY);
        expected.GetArray(out byte[] pixels);
        Assert.Equal(pixels, gray);
    }

    [OpenCvFact]
    public void Grey_and_colours_of_every_pixel_format_are_OpenCvs()
    {
        const int width = 318, height = 202;
        (PixelFormat Format, MatType Type, int Rows, int Bytes, ColorConversionCodes? Gray, ColorConversionCodes Rgba)[] cases =
        [
            (PixelFormat.Rgb24, MatType.CV_8UC3, height, 3, ColorConversionCodes.RGB2GRAY, ColorConversionCodes.RGB2RGBA),
            (PixelFormat.Bgr24, MatType.CV_8UC3, height, 3, ColorConversionCodes.BGR2GRAY, ColorConversionCodes.BGR2RGBA),
            (PixelFormat.Bgra32, MatType.CV_8UC4, height, 4, ColorConversionCodes.BGRA2GRAY, ColorConversionCodes.BGRA2RGBA),
            (PixelFormat.Nv12, MatType.CV_8UC1, height * 3 / 2, 1, null, ColorConversionCodes.YUV2RGBA_NV12),
            (PixelFormat.I420, MatType.CV_8UC1, height * 3 / 2, 1, null, ColorConversionCodes.YUV2RGBA_I420),
        ];
        foreach (var (format, type, rows, bytes, toGray, toRgba) in cases)
        {
            byte[] pixels = new byte[width * rows * bytes], gray = new byte[width * height], rgba = new byte[width * height * 4];
            new Random(24).NextBytes(pixels);
            ImageView image = new(pixels, width, height, format);
            Grayscale.FromImage(image, gray);
            ColorConversion.ToRgba(image, rgba);
            using Mat mat = Mat.FromPixelData(rows, width, type, pixels);
            if (toGray is { } code) Assert.Equal(Values(mat.CvtColor(code)), gray);
            else Assert.Equal(pixels[..gray.Length], gray);

            // The fourth byte is ignored in ours, and alpha in OpenCV's.
            byte[] expected = Values(mat.CvtColor(toRgba));
            for (int i = 3; i < expected.Length; i += 4) expected[i] = 255;
            Assert.Equal(expected, rgba);
        }

        static byte[] Values(Mat mat)
        {
            using Mat flat = mat.Reshape(1);
            mat.Dispose();
            flat.GetArray(out byte[] values);
            return values;
        }
    }

    private static void AssertSame(Random random, int width, int height, int channels, int newWidth, int newHeight)
    {
        byte[] pixels = new byte[width * height * channels];
        random.NextBytes(pixels);
        byte[] actual = new byte[newWidth * newHeight * channels];
        BilinearResize.Resize(new ImageView(pixels, width, height, width * channels, channels), actual, newWidth, newHeight);

        using Mat source = Mat.FromPixelData(height, width, MatType.CV_8UC(channels), pixels);
        using Mat resized = source.Resize(new Size(newWidth, newHeight), 0, 0, InterpolationFlags.Linear);
        using Mat flat = resized.Reshape(1);
        flat.GetArray(out byte[] expected);
        int differing = actual.Zip(expected).Count(pair => pair.First != pair.Second);
        Assert.True(differing == 0, $"{differing} of {actual.Length} bytes differ: {width}×{height}×{channels} to {newWidth}×{newHeight}");
    }
}
