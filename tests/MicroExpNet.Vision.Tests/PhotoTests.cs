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
    public void Orientation_in_jpeg_png_and_webp_turns_a_photo_upright(byte orientation, int width, int height, string corner)
    {
        byte[] jpeg = Corner(SKEncodedImageFormat.Jpeg), png = Corner(SKEncodedImageFormat.Png), webp = Corner(SKEncodedImageFormat.Webp);
        byte[] motorola = [.. "MM\0\x2A"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        byte[] intel = [.. "II\x2A\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] app1 = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. motorola];
        byte[] webpHead = [.. "WEBPVP8X"u8, 10, 0, 0, 0, 0x08, 0, 0, 0, 39, 0, 0, 23, 0, 0];
        byte[] webpBody = [.. webpHead, .. webp[12..], .. "EXIF"u8, (byte)intel.Length, 0, 0, 0, .. intel];
        byte[][] files =
        [
            [.. jpeg[..2], .. app1, .. jpeg[2..]],
            [.. png[..33], .. PngChunk("eXIf", motorola), .. png[33..]],
            [.. png[..33], .. PngChunk("eXIf", intel), .. png[33..]],
            [.. png[..^12], .. PngChunk("eXIf", motorola), .. png[^12..]],
            [.. "RIFF"u8, .. BitConverter.GetBytes(webpBody.Length), .. webpBody],
        ];
        foreach (byte[] file in files)
        {
            Photo photo = Load(file);
            Assert.Equal((width, height), (photo.Width, photo.Height));
            bool lower = corner.StartsWith("lower", StringComparison.Ordinal), right = corner.EndsWith("right", StringComparison.Ordinal);
            for (int i = 0; i < 4; i++)
            {
                int x = ((i % 2 * 2) + 1) * width / 4, y = ((i / 2 * 2) + 1) * height / 4;
                bool isRed = photo.Rgba[(y * photo.Stride) + (x * 4) + 1] < 100;
                Assert.Equal(lower == (i / 2 == 1) && right == (i % 2 == 1), isRed);
            }
        }
    }

    [Fact]
    public void A_damaged_orientation_chunk_leaves_a_png_as_it_is()
    {
        byte[] png = Corner(SKEncodedImageFormat.Png);
        byte[][] chunks =
        [
            [], [.. "MM\0\x2A"u8], [.. "MM\0\x2A"u8, 0xFF, 0xFF, 0xFF, 0xFF], [.. "II\x2A\0"u8, 0xFF, 0xFF, 0xFF, 0x7F],
            [.. "MM\0\x2A"u8, 0, 0, 0, 8, 0xFF, 0xFF], [.. "MM\0\x2A"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0],
        ];
        foreach (byte[] chunk in chunks) Assert.Equal(40, Load([.. png[..33], .. PngChunk("eXIf", chunk), .. png[33..]]).Width);
    }

    [Fact]
    public void A_jpeg_cut_within_a_marker_is_read_as_if_it_were_cut_before_it()
    {
        byte[] pixels = new byte[160 * 160];
        new Random(1).NextBytes(pixels);
        using SKBitmap bitmap = new(160, 160, SKColorType.Gray8, SKAlphaType.Opaque);
        pixels.CopyTo(bitmap.GetPixelSpan());
        using SKData encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        byte[] file = encoded.ToArray();
        int early = file.Length / 5, late = file.Length * 7 / 8;
        while (file[early] != 0xFF) early++;
        while (file[late] != 0xFF) late++;
        PhotoFormatException refused = Assert.Throws<PhotoFormatException>(() => Load(file[..(early + 1)]));
        Assert.Contains("cut short", refused.Message, StringComparison.Ordinal);
        Photo before = Load(file[..late]), within = Load(file[..(late + 1)]);
        Assert.NotNull(before.Warning);
        Assert.Equal(before.Warning, within.Warning);
        Assert.DoesNotContain("100%", within.Warning, StringComparison.Ordinal);
        Assert.Equal(before.Rgba, within.Rgba);
    }

    // Blocks of noise: every row costs about as many bytes.
    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    public void A_jpeg_cut_short_is_read_with_a_warning_if_three_quarters_are_there(SKJpegEncoderDownsample downsample)
    {
        const int side = 160;
        using SKBitmap bitmap = new(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Random random = new(1);
        for (int i = 0; i < side * side / 64; i++)
        {
            SKColor color = new((uint)random.Next() | 0xFF000000);
            for (int k = 0; k < 64; k++) bitmap.SetPixel((i % 20 * 8) + (k % 8), (i / 20 * 8) + (k / 8), color);
        }

        using MemoryStream encoded = new();
        Assert.True(bitmap.PeekPixels().Encode(encoded, new SKJpegEncoderOptions(90, downsample, SKJpegEncoderAlphaOption.Ignore)));
        byte[] file = encoded.ToArray();
        Photo whole = Load(file);
        Assert.Null(whole.Warning);
        int read = 0;
        foreach (int missing in (int[])[1, 2, 3, 10, 100, file.Length / 10, file.Length / 8])
        {
            Photo photo = Load(file[..^missing]);
            Assert.StartsWith("it.bin: the file is cut short; ", photo.Warning, StringComparison.Ordinal);
            Assert.Equal((side, side), (photo.Width, photo.Height));
            int same = side * 3 / 4 * photo.Stride;
            Assert.Equal(whole.Rgba[..same], photo.Rgba[..same]);
            read++;
        }

        Assert.Equal(7, read);
        Assert.Contains("100% of the picture's rows", Load(file[..^2]).Warning, StringComparison.Ordinal);
        PhotoFormatException e = Assert.Throws<PhotoFormatException>(() => Load(file[..(file.Length / 2)]));
        Assert.Equal("it.bin: the picture is cut short; expected a whole file", e.Message);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 12)]
    [InlineData(SKEncodedImageFormat.Png, 20)]
    [InlineData(SKEncodedImageFormat.Webp, 1)]
    [InlineData(SKEncodedImageFormat.Webp, 28)]
    public void A_picture_that_lacks_what_follows_its_pixels_is_read_with_a_warning(SKEncodedImageFormat format, int missing)
    {
        byte[] file = Corner(format), exif = [.. "II\x2A\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        if (format == SKEncodedImageFormat.Png) file = [.. file[..^12], .. PngChunk("eXIf", exif), .. file[^12..]];
        else
        {
            byte[] body =
            [
                .. "WEBPVP8X"u8, 10, 0, 0, 0, 0x08, 0, 0, 0, 39, 0, 0, 23, 0, 0, .. file[12..], .. "EXIF"u8, (byte)exif.Length, 0, 0, 0,
                .. exif,
            ];
            file = [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
        }

        Assert.Null(Load(file).Warning);
        Assert.Equal(24, Load(file).Width);
        Assert.StartsWith("it.bin: the file is cut short; 100% of", Load(file[..^missing]).Warning, StringComparison.Ordinal);
        using GrayPhoto gray = GrayPhoto.Load(new MemoryStream(file[..^missing]), "it.bin");
        Assert.StartsWith("it.bin: the file is cut short; 100% of", gray.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_webp_without_its_last_padding_byte_is_whole()
    {
        byte[] file = Corner(SKEncodedImageFormat.Webp), chunk = [.. "XTRA"u8, 1, 0, 0, 0, 9];
        byte[] body = [.. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 23, 0, 0, .. file[12..], .. chunk];
        Assert.Null(Load([.. "RIFF"u8, .. BitConverter.GetBytes(body.Length + 1), .. body]).Warning);
    }

    [Fact]
    public void A_progressive_jpeg_cut_short_is_read_once_its_scans_hold_all_frequencies()
    {
        // The middle of samples/astronaut.png (NASA, public domain), 112×112; its last scan is nearly half of the file.
        byte[] file = File.ReadAllBytes(MicroExpNet.Tests.ReferenceData.Repository("tests/MicroExpNet.Vision.Tests/progressive.jpg"));
        Photo whole = Load(file);
        Assert.Null(whole.Warning);
        foreach (int missing in (int[])[1, 2, 3, 10, 100, file.Length / 10, file.Length / 4])
        {
            Photo photo = Load(file[..^missing]);
            Assert.Equal("it.bin: the file is cut short; the picture is there, but not in full quality", photo.Warning);
            Assert.InRange(whole.Rgba.Zip(photo.Rgba, (a, b) => Math.Abs(a - b)).Average(), 0, 4);
        }

        Assert.Throws<PhotoFormatException>(() => Load(file[..(file.Length / 4)]));
    }

    [Theory]
    [InlineData("ftypheic", "HEIC")]
    [InlineData("ftypmif1....heic", "HEIC")]
    [InlineData("ftypmif1....mif1miaf", "HEIF")]
    [InlineData("ftypavif", "AVIF")]
    [InlineData("ftypmif1....avif", "AVIF")]
    public void A_picture_in_an_iso_media_file_is_refused_by_its_format(string box, string format)
    {
        byte[] file = [0, 0, 0, (byte)(4 + box.Length), .. System.Text.Encoding.ASCII.GetBytes(box), .. new byte[100]];
        PhotoFormatException e = Assert.Throws<PhotoFormatException>(() => Load(file));
        Assert.Equal($"it.bin: {format} is not read; convert it to JPEG or PNG", e.Message);
    }

    [Theory]
    [InlineData("49492A00", "it.bin", "TIFF")]
    [InlineData("4D4D002A", "it.bin", "TIFF")]
    [InlineData("49492A00", "it.NEF", "NEF")]
    [InlineData("FF0A0000", "it.bin", "JPEG XL")]
    [InlineData("0000000C4A584C20", "it.bin", "JPEG XL")]
    [InlineData("0000000C6A502020", "it.bin", "JPEG 2000")]
    [InlineData("00000100010010100000010020", "it.ico", "ICO")]
    [InlineData("38425053", "it.bin", "Photoshop")]
    [InlineData("50360A33", "it.bin", "Netpbm")]
    [InlineData("00000A00000000000000000010", "it.tga", "TGA")]
    [InlineData("000102", "it.heic", "HEIC")]
    public void Formats_that_are_not_read_are_refused_by_their_name(string start, string name, string format)
    {
        byte[] file = [.. Convert.FromHexString(start), .. new byte[200]];
        PhotoFormatException e = Assert.Throws<PhotoFormatException>(() => Photo.Load(new MemoryStream(file), name));
        Assert.Equal($"{name}: {format} is not read; convert it to JPEG or PNG", e.Message);
    }

    [Fact]
    public void A_folder_is_told_as_one()
    {
        string folder = Path.GetTempPath();
        string expected = $"'{folder}' is a folder; expected a picture file";
        Assert.Equal(expected, Assert.Throws<PhotoFormatException>(() => Photo.Load(folder)).Message);
        Assert.Equal(expected, Assert.Throws<PhotoFormatException>(() => GrayPhoto.Load(folder)).Message);
    }

    [Fact]
    public async Task A_stream_that_is_only_read_asynchronously_gives_the_same_photo()
    {
        byte[] sample = File.ReadAllBytes(MicroExpNet.Tests.ReferenceData.Repository("samples/astronaut.png"));
        CancellationToken none = TestContext.Current.CancellationToken;
        foreach (byte[] file in (byte[][])[Corner(SKEncodedImageFormat.Png), sample])
        {
            using Photo photo = await Photo.LoadAsync(new AsynchronousStream(file), "it.bin", cancellationToken: none);
            Assert.Equal(Load(file).Rgba, photo.Rgba);
        }

        await Assert.ThrowsAsync<PhotoFormatException>(
            () => Photo.LoadAsync(new AsynchronousStream([]), "it.bin", cancellationToken: none));
        PhotoLimits small = new(959);
        await Assert.ThrowsAsync<PhotoFormatException>(
            () => Photo.LoadAsync(new AsynchronousStream(Corner(SKEncodedImageFormat.Png)), "it.bin", small, none));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Photo.LoadAsync(new AsynchronousStream(sample), "it.bin", cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_photo_is_written_and_read_back()
    {
        Photo photo = Load(Corner(SKEncodedImageFormat.Png));
        foreach (PhotoFormat format in Enum.GetValues<PhotoFormat>())
        {
            using MemoryStream stream = new();
            photo.Save(stream, format);
            Photo again = Load(stream.ToArray());
            Assert.Equal((40, 24), (again.Width, again.Height));
            if (format == PhotoFormat.Png) Assert.Equal(photo.Rgba, again.Rgba);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => photo.Save(Stream.Null, (PhotoFormat)9));
    }

    [Fact]
    public void A_photo_of_an_image_has_its_colours_whatever_the_format()
    {
        byte[] rgba = new byte[7 * 5 * 4];
        new Random(2).NextBytes(rgba);
        for (int i = 3; i < rgba.Length; i += 4) rgba[i] = 255;
        byte[] bgra = [.. rgba], rgb = [.. rgba.Where((_, i) => i % 4 != 3)], bgr = [.. rgb];
        for (int i = 0; i < rgba.Length; i += 4) (bgra[i], bgra[i + 2]) = (bgra[i + 2], bgra[i]);
        for (int i = 0; i < rgb.Length; i += 3) (bgr[i], bgr[i + 2]) = (bgr[i + 2], bgr[i]);
        Assert.Equal(rgba, new Photo(new ImageView(rgba, 7, 5, PixelFormat.Rgba32)).Rgba);
        Assert.Equal(rgba, new Photo(new ImageView(bgra, 7, 5, PixelFormat.Bgra32)).Rgba);
        Assert.Equal(rgba, new Photo(new ImageView(rgb, 7, 5, PixelFormat.Rgb24)).Rgba);
        Assert.Equal(rgba, new Photo(new ImageView(bgr, 7, 5, PixelFormat.Bgr24)).Rgba);
        byte[] gray = [1, 2, 3, 4];
        Assert.Equal([1, 1, 1, 255, 3, 3, 3, 255], new Photo(new ImageView(gray, 1, 2, stride: 2)).Rgba);
    }

    [Theory]
    [InlineData("a.jpg", true)]
    [InlineData("a.JPEG", true)]
    [InlineData("a.jfif", true)]
    [InlineData("a.jpe", true)]
    [InlineData("a.jif", true)]
    [InlineData("a.webp", true)]
    [InlineData("a.heic", false)]
    [InlineData("jpg", false)]
    public void Pictures_are_known_by_their_extension(string name, bool expected) => Assert.Equal(expected, Photo.HasPictureName(name));

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
        foreach (SKEncodedImageFormat format in (
            SKEncodedImageFormat[])[SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp])
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

    // Skia does not check the checksum of a chunk it does not know.
    private static byte[] PngChunk(string type, byte[] data) =>
        [0, 0, 0, (byte)data.Length, .. System.Text.Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];

    private static Photo Load(byte[] file, PhotoLimits? limits = null) => Photo.Load(new MemoryStream(file), "it.bin", limits);
}
