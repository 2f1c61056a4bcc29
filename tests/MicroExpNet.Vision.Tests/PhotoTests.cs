using SkiaSharp;

namespace MicroExpNet.Vision.Tests;

public class PhotoTests
{
    // A white picture whose upper left quarter is red: 40 columns, 24 rows.
    private static byte[] Corner(SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = new(40, 24, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKCanvas canvas = new(bitmap))
        using (SKPaint red = new() { Color = SKColors.Red })
        {
            canvas.Clear(SKColors.White);
            canvas.DrawRect(0, 0, 20, 12, red);
        }

        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    [Theory]
    [InlineData(1, 40, 24, "upper left")]
    [InlineData(2, 40, 24, "upper right")]
    [InlineData(3, 40, 24, "lower right")]
    [InlineData(4, 40, 24, "lower left")]
    [InlineData(5, 24, 40, "upper left")]
    [InlineData(6, 24, 40, "upper right")]
    [InlineData(7, 24, 40, "lower right")]
    [InlineData(8, 24, 40, "lower left")]
    public void Exif_orientation_turns_a_photo_upright(byte orientation, int width, int height, string corner)
    {
        byte[] jpeg = Corner(SKEncodedImageFormat.Jpeg);
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        Photo photo = Load([.. jpeg[..2], .. exif, .. jpeg[2..]]);
        Assert.Equal((width, height), (photo.Width, photo.Height));
        bool lower = corner.StartsWith("lower", StringComparison.Ordinal), right = corner.EndsWith("right", StringComparison.Ordinal);
        for (int i = 0; i < 4; i++)
        {
            int x = (i % 2 * 2 + 1) * width / 4, y = (i / 2 * 2 + 1) * height / 4;
            bool isRed = photo.Rgba[(y * photo.Stride) + (x * 4) + 1] < 100;
            Assert.Equal(lower == (i / 2 == 1) && right == (i % 2 == 1), isRed);
        }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_file_cut_anywhere_is_refused_with_one_line_that_names_it(SKEncodedImageFormat format)
    {
        byte[] whole = Corner(format);
        Assert.Equal(40, Load(whole).Width);
        for (int length = 0; length < whole.Length * 3 / 4; length += 7)
        {
            PhotoFormatException e = Assert.Throws<PhotoFormatException>(() => Load(whole[..length]));
            Assert.StartsWith("it.bin: ", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    [Fact]
    public void Damaged_files_give_a_photo_or_one_line()
    {
        foreach (SKEncodedImageFormat format in (SKEncodedImageFormat[])[SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp])
        {
            byte[] whole = Corner(format);
            for (int seed = 0; seed < 300; seed++)
            {
                Random random = new(seed);
                byte[] damaged = [.. whole];
                for (int i = 0; i < 3; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    Load(damaged, new PhotoLimits(1_000_000));
                }
                catch (PhotoFormatException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            }
        }
    }

    [Fact]
    public void A_picture_above_the_limit_is_refused_before_it_is_decoded()
    {
        byte[] png = Corner(SKEncodedImageFormat.Png);
        PhotoFormatException e = Assert.Throws<PhotoFormatException>(() => Load(png, new PhotoLimits(959)));
        Assert.Contains("40×24", e.Message, StringComparison.Ordinal);
        Assert.Equal(24, Load(png, new PhotoLimits(960)).Height);
    }

    [Fact]
    public void Transparent_parts_are_laid_over_white()
    {
        using SKBitmap bitmap = new(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.SetPixel(0, 0, new SKColor(10, 20, 30, 0));
        bitmap.SetPixel(1, 0, new SKColor(0, 0, 0, 128));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Photo photo = Load(data.ToArray());
        Assert.Equal([255, 255, 255, 255], photo.Rgba[..4]);
        Assert.InRange(photo.Rgba[4], 126, 128);
        Assert.Equal(255, photo.Rgba[7]);
    }

    [Fact]
    public void Grey_is_opencv_s()
    {
        Photo photo = new([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 200, 100, 50, 255], 2, 2);
        // 0.299 red, 0.587 green, 0.114 blue, rounded.
        Assert.Equal([76, 150, 29, 124], photo.ToGray());
    }

    [Fact]
    public void The_pixels_of_a_photo_that_was_disposed_of_serve_the_next_and_nobody_else_s_do()
    {
        byte[] file = Corner(SKEncodedImageFormat.Png), mine = new byte[40 * 24 * 4];
        Photo first = Load(file);
        byte[] expected = [.. first.Rgba];
        first.Dispose();
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => first.Rgba);
        new Photo(mine, 40, 24).Dispose();
        using (Photo second = Load(file), third = Load(file))
        {
            Assert.NotSame(second.Rgba, third.Rgba);
            Assert.Equal(expected, second.Rgba);
            Assert.Equal(expected, third.Rgba);
        }

        Assert.All(mine, value => Assert.Equal(0, value));

        // Many threads at once, each its own.
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using Photo photo = Load(file);
            Assert.Equal(expected, photo.Rgba);
        });
    }

    private static Photo Load(byte[] file, PhotoLimits? limits = null) => Photo.Load(new MemoryStream(file), "it.bin", limits);
}
