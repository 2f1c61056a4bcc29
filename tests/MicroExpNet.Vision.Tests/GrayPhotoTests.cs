using MicroExpNet.Tests;
using SkiaSharp;

namespace MicroExpNet.Vision.Tests;

/// <summary>A photo decoded in grey beside one decoded in colour and made grey.</summary>
public class GrayPhotoTests
{
    // Several blocks of rows, and odd sides.
    private const int Width = 1237, Height = 613;

    private static readonly string Progressive = ReferenceData.Repository("tests/MicroExpNet.Vision.Tests/progressive.jpg");

    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    [InlineData(SKJpegEncoderDownsample.Downsample422)]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    public void A_jpeg_of_every_orientation_has_the_grey_values_of_a_photo_in_colour(SKJpegEncoderDownsample downsample)
    {
        byte[] jpeg = EncodeJpeg(downsample, SKColorType.Rgba8888);
        AssertSame(jpeg);
        for (byte orientation = 1; orientation <= 8; orientation++)
        {
            byte[] exif = [.. "MM\0\x2A"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
            AssertSame([.. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. exif, .. jpeg[2..]]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-10_000)]
    [InlineData(10_000)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_stream_is_read_to_its_end_whatever_it_says_of_its_length(int error)
    {
        byte[] jpeg = EncodeJpeg(SKJpegEncoderDownsample.Downsample444, SKColorType.Rgba8888);
        Assert.True(jpeg.Length > 100_000, $"{jpeg.Length} bytes");
        using GrayPhoto expected = GrayPhoto.Load(jpeg, "whole.jpg");
        using WrongLengthStream stream = new(jpeg, Math.Max(0L, jpeg.Length + (long)error));
        using GrayPhoto photo = GrayPhoto.Load(stream, "stream.jpg");
        Assert.Null(photo.Warning);
        Assert.True(expected.View.Pixels.SequenceEqual(photo.View.Pixels));
    }

    [Fact]
    public void A_jpeg_that_is_grey_or_progressive_has_the_same_values()
    {
        AssertSame(EncodeJpeg(SKJpegEncoderDownsample.Downsample444, SKColorType.Gray8));
        AssertSame(File.ReadAllBytes(Progressive));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, SKAlphaType.Opaque)]
    [InlineData(SKEncodedImageFormat.Png, SKAlphaType.Unpremul)]
    [InlineData(SKEncodedImageFormat.Webp, SKAlphaType.Unpremul)]
    public void Other_formats_have_the_same_values_over_white(SKEncodedImageFormat format, SKAlphaType alpha)
    {
        using SKBitmap bitmap = Draw(alpha);
        using SKData data = bitmap.Encode(format, 90);
        AssertSame(data.ToArray());
    }

    [Fact]
    public void A_jpeg_cut_short_has_the_same_values_and_warning_or_the_same_failure()
    {
        foreach (byte[] jpeg in (byte[][])
            [
                EncodeJpeg(SKJpegEncoderDownsample.Downsample420, SKColorType.Rgba8888),
                File.ReadAllBytes(Progressive),
            ])
        {
            for (int share = 1; share < 20; share++) AssertSame(jpeg[..(jpeg.Length * share / 20)]);
        }
    }

    [Fact]
    public void A_damaged_jpeg_has_the_same_values_or_the_same_failure()
    {
        byte[] jpeg = EncodeJpeg(SKJpegEncoderDownsample.Downsample420, SKColorType.Rgba8888);
        Random random = new(5);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = [.. jpeg];
            for (int hit = 0; hit < 3; hit++) damaged[random.Next(20, damaged.Length)] = (byte)random.Next(256);
            AssertSame(damaged);
        }
    }

    [Fact]
    public void A_photo_made_grey_has_its_values_and_no_pixels_once_disposed_of()
    {
        using Photo photo = Photo.Load(EncodeJpeg(SKJpegEncoderDownsample.Downsample420, SKColorType.Rgba8888), "it.jpg");
        GrayPhoto gray = new(photo);
        Assert.Equal(photo.ToGray(), gray.View.Pixels.ToArray());
        gray.Dispose();
        gray.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gray.View.Width);
    }

    private static void AssertSame(byte[] file)
    {
        string? expectedFailure = null, failure = null, expectedWarning = null, warning = null;
        byte[] expected = [], found = [];
        (int, int) expectedSize = default, size = default;
        try
        {
            using Photo photo = Photo.Load(file, "it.bin");
            (expected, expectedWarning, expectedSize) = (photo.ToGray(), photo.Warning, (photo.Width, photo.Height));
        }
        catch (PhotoFormatException e)
        {
            expectedFailure = e.Message;
        }

        try
        {
            using GrayPhoto photo = GrayPhoto.Load(new MemoryStream(file), "it.bin");
            (found, warning, size) = (photo.View.Pixels.ToArray(), photo.Warning, (photo.Width, photo.Height));
        }
        catch (PhotoFormatException e)
        {
            failure = e.Message;
        }

        Assert.Equal((expectedFailure, expectedWarning, expectedSize), (failure, warning, size));
        Assert.True(expected.AsSpan().SequenceEqual(found));
    }

    private static byte[] EncodeJpeg(SKJpegEncoderDownsample downsample, SKColorType color)
    {
        using SKBitmap drawn = Draw(SKAlphaType.Opaque);
        using SKBitmap bitmap = drawn.Copy(color);
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = pixels.Encode(new SKJpegEncoderOptions(85, downsample, SKJpegEncoderAlphaOption.Ignore))!;
        return data.ToArray();
    }

    // Saturated colours too, which leave the range of RGB when they are decoded.
    private static SKBitmap Draw(SKAlphaType alpha)
    {
        SKBitmap bitmap = new(Width, Height, SKColorType.Rgba8888, alpha);
        Random random = new(3);
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < pixels.Length; i += 4)
        {
            int x = i / 4 % Width, y = i / 4 / Width;
            pixels[i] = (byte)((x / 3) ^ (y / 5));
            pixels[i + 1] = (byte)(x % 64 < 32 ? 255 : random.Next(256));
            pixels[i + 2] = (byte)(y % 48 < 20 ? 0 : x + y);
            pixels[i + 3] = (byte)(alpha == SKAlphaType.Opaque ? 255 : x + (2 * y));
        }

        return bitmap;
    }
}
