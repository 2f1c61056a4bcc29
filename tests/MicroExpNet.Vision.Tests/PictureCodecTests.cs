using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Vision.Tests;

/// <summary>The decoder beside SkiaSharp's own classes.</summary>
public class PictureCodecTests
{
    private const int Width = 41, Height = 23;

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, SKAlphaType.Opaque)]
    [InlineData(SKEncodedImageFormat.Png, SKAlphaType.Opaque)]
    [InlineData(SKEncodedImageFormat.Png, SKAlphaType.Unpremul)]
    [InlineData(SKEncodedImageFormat.Webp, SKAlphaType.Unpremul)]
    public void A_picture_has_the_pixels_that_SkiaSharp_reads(SKEncodedImageFormat format, SKAlphaType alpha)
    {
        byte[] file = MakePicture(format, alpha);
        using SKCodec peer = SKCodec.Create(new SKMemoryStream(file));
        SKAlphaType kind = peer.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        byte[] expected = new byte[Width * Height * 4], found = new byte[expected.Length];
        GCHandle pinned = GCHandle.Alloc(expected, GCHandleType.Pinned);
        Assert.Equal(
            SKCodecResult.Success,
            peer.GetPixels(new SKImageInfo(Width, Height, SKColorType.Rgba8888, kind, colorspace: null), pinned.AddrOfPinnedObject()));
        pinned.Free();

        using PictureCodec? codec = PictureCodec.Open(file, out SKCodecResult result);

        Assert.Equal(SKCodecResult.Success, result);
        Assert.NotNull(codec);
        Assert.Equal((Width, Height), (codec.Width, codec.Height));
        Assert.Equal((peer.EncodedFormat, peer.EncodedOrigin), (codec.Format, codec.Origin));
        Assert.Equal(peer.Info.AlphaType == SKAlphaType.Opaque, codec.IsOpaque);
        Assert.Equal(SKCodecResult.Success, codec.Decode(found));
        Assert.Equal(expected, found);
    }

    [Fact]
    public void What_is_no_picture_or_only_a_part_has_the_result_that_SkiaSharp_gives()
    {
        byte[] whole = MakePicture(SKEncodedImageFormat.Jpeg, SKAlphaType.Opaque);
        foreach (byte[] file in (byte[][])["neither"u8.ToArray(), whole[..20], whole[..(whole.Length / 2)], [0xFF, 0xD8, 0xFF]])
        {
            using SKCodec? peer = SKCodec.Create(new SKMemoryStream(file), out SKCodecResult expected);
            using PictureCodec? codec = PictureCodec.Open(file, out SKCodecResult result);
            Assert.Equal(expected, result);
            Assert.Equal(peer is null, codec is null);
        }
    }

    [Fact]
    public void Pixels_that_do_not_fit_are_refused()
    {
        using PictureCodec? codec = PictureCodec.Open(MakePicture(SKEncodedImageFormat.Png, SKAlphaType.Opaque), out _);
        Assert.NotNull(codec);
        Assert.Throws<ArgumentException>(() => codec.Decode(new byte[(Width * Height * 4) - 1]));
    }

    private static byte[] MakePicture(SKEncodedImageFormat format, SKAlphaType alpha)
    {
        using SKBitmap bitmap = new(Width, Height, SKColorType.Rgba8888, alpha);
        Random random = new(7);
        for (int i = 0; i < Width * Height; i++)
        {
            byte opacity = alpha == SKAlphaType.Opaque ? byte.MaxValue : (byte)random.Next(256);
            bitmap.SetPixel(i % Width, i / Width, new SKColor((byte)random.Next(256), (byte)(i % 256), (byte)random.Next(99), opacity));
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
