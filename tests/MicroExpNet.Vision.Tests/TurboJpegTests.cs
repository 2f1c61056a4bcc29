using System.IO.Compression;
using MicroExpNet.Tests;
using SkiaSharp;

namespace MicroExpNet.Vision.Tests;

/// <summary>The system's libjpeg-turbo beside Skia's copy of it.</summary>
public class TurboJpegTests
{
    private static readonly string Progressive = ReferenceData.Repository("tests/MicroExpNet.Vision.Tests/progressive.jpg");

    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    [InlineData(SKJpegEncoderDownsample.Downsample422)]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    public void A_picture_of_any_size_and_quality_has_the_pixels_that_Skia_decodes(SKJpegEncoderDownsample downsample)
    {
        RequireLibrary();
        Random random = new(5);
        for (int i = 0; i < 60; i++)
        {
            (int width, int height) = i < 40 ? (1 + random.Next(40), 1 + random.Next(40)) : (1 + random.Next(700), 1 + random.Next(700));
            AssertSame(Encode(random, width, height, downsample, SKColorType.Rgba8888, quality: random.Next(1, 101)));
            AssertSame(Encode(random, width, height, downsample, SKColorType.Gray8, quality: random.Next(1, 101)));
        }
    }

    [Fact]
    public void A_progressive_picture_has_the_pixels_that_Skia_decodes()
    {
        RequireLibrary();
        AssertSame(File.ReadAllBytes(Progressive));
    }

    [Fact]
    public void Photographs_have_the_pixels_that_Skia_decodes()
    {
        RequireLibrary();
        using ZipArchive photos = ZipFile.OpenRead(ReferenceData.Path("data/people.zip"));
        foreach (ZipArchiveEntry photo in photos.Entries.Where(entry => Photo.HasPictureName(entry.Name)))
        {
            using MemoryStream file = new();
            using (Stream stream = photo.Open()) stream.CopyTo(file);
            AssertSame(file.ToArray());
        }
    }

    [Fact]
    public void What_is_cut_short_or_no_jpeg_is_left_to_Skia()
    {
        RequireLibrary();
        byte[] jpeg = File.ReadAllBytes(Progressive);
        using PictureCodec codec = PictureCodec.Open(jpeg, out _)!;
        (int width, int height) = (codec.Width, codec.Height);
        byte[] rgba = new byte[width * height * 4];
        Assert.True(TurboJpeg.TryDecode(jpeg, rgba, width, height));
        for (int share = 0; share < 20; share++)
        {
            Assert.False(TurboJpeg.TryDecode(jpeg.AsSpan(0, jpeg.Length * share / 20), rgba, width, height), $"{share} parts of 20");
        }

        Assert.False(TurboJpeg.TryDecode(File.ReadAllBytes(ReferenceData.Repository("samples/astronaut.png")), rgba, width, height));
        Assert.False(TurboJpeg.TryDecode(jpeg, rgba, width - 1, height));
        Assert.Throws<ArgumentException>(() => TurboJpeg.TryDecode(jpeg, rgba, width, height + 1));
    }

    private static void AssertSame(byte[] file)
    {
        using PictureCodec codec = PictureCodec.Open(file, out _)!;
        byte[] expected = new byte[codec.Width * codec.Height * 4], found = new byte[expected.Length];
        Assert.Equal(SKCodecResult.Success, codec.Decode(expected));
        Assert.True(TurboJpeg.TryDecode(file, found, codec.Width, codec.Height));
        Assert.True(expected.AsSpan().SequenceEqual(found), $"{codec.Width}×{codec.Height}");
    }

    private static byte[] Encode(
        Random random, int width, int height, SKJpegEncoderDownsample downsample, SKColorType color, int quality)
    {
        using SKBitmap bitmap = new(width, height, color, SKAlphaType.Opaque);
        random.NextBytes(bitmap.GetPixelSpan());
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = pixels.Encode(new SKJpegEncoderOptions(quality, downsample, SKJpegEncoderAlphaOption.Ignore))!;
        return data.ToArray();
    }

    private static void RequireLibrary() => Requirement.Check(TurboJpeg.IsInstalled, "libjpeg-turbo is not installed");
}
