using System.Buffers;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>Decodes pictures with Skia: first frame, upright, over white, colours as they are stored (no colour management, as in OpenCV).</summary>
internal static class PhotoDecoder
{
    // Enough of a file to tell what it is and, mostly, how large its picture claims to be.
    private const int HeadLength = 64 * 1024;
    private const string Expected = "expected a JPEG, PNG, WebP, GIF or BMP picture";

    public static Photo Decode(Stream stream, string name, PhotoLimits limits)
    {
        byte[] head = ArrayPool<byte>.Shared.Rent(HeadLength);
        try
        {
            return Decode(stream, head.AsSpan(0, HeadLength), name, limits);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    private static Photo Decode(Stream stream, Span<byte> head, string name, PhotoLimits limits)
    {
        int headLength = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        if (headLength == 0) throw new PhotoFormatException($"{name}: the file is empty; {Expected}");

        using SKCodec? headCodec = Open(head[..headLength], out SKCodecResult result);
        if (headCodec is not null) CheckClaims(headCodec, name, limits);
        if (headLength < HeadLength) return Decode(headCodec, result, name);

        // What is no picture by its first bytes is not read to its end.
        if (headCodec is null && result == SKCodecResult.Unimplemented) throw Refused(result, name);
        using SKCodec? codec = Open(ReadRest(head, stream, name), out result);
        if (codec is not null) CheckClaims(codec, name, limits);
        return Decode(codec, result, name);
    }

    private static SKCodec? Open(ReadOnlySpan<byte> encoded, out SKCodecResult result)
    {
        using SKData data = SKData.CreateCopy(encoded);
        return SKCodec.Create(new SKMemoryStream(data), out result);
    }

    private static ReadOnlySpan<byte> ReadRest(ReadOnlySpan<byte> head, Stream stream, string name)
    {
        long length = stream.CanSeek ? head.Length + Math.Max(0, stream.Length - stream.Position) : 2 * head.Length;
        if (length > Array.MaxLength) throw new PhotoFormatException($"{name}: {length:#,0} bytes; {Expected} of less than 2 GB");
        using var all = new MemoryStream((int)length);
        all.Write(head);
        stream.CopyTo(all);
        return all.GetBuffer().AsSpan(0, (int)all.Length);
    }

    private static void CheckClaims(SKCodec codec, string name, PhotoLimits limits)
    {
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp
            or SKEncodedImageFormat.Gif or SKEncodedImageFormat.Bmp))
        {
            throw new PhotoFormatException($"{name}: a picture in the format {codec.EncodedFormat}; {Expected}");
        }

        long pixels = (long)codec.Info.Width * codec.Info.Height;
        long most = Math.Min(limits.MaxPixels, Array.MaxLength / 4);
        if (pixels > most)
        {
            throw new PhotoFormatException(
                $"{name}: the picture claims {codec.Info.Width}×{codec.Info.Height} pixels, {pixels:#,0} in all; the limit is {most:#,0}");
        }
    }

    private static Photo Decode(SKCodec? codec, SKCodecResult result, string name)
    {
        if (codec is null) throw Refused(result, name);
        int width = codec.Info.Width;
        int height = codec.Info.Height;
        if (width < 1 || height < 1) throw new PhotoFormatException($"{name}: the picture has no pixels ({width}×{height})");

        bool opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, colorspace: null);
        byte[] rgba = PixelPool.Rent(width * height * 4);
        GCHandle pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            result = codec.GetPixels(info, pinned.AddrOfPinnedObject());
        }
        finally
        {
            pinned.Free();
        }

        if (result != SKCodecResult.Success)
        {
            PixelPool.Return(rgba);
            throw Refused(result, name);
        }

        if (!opaque) LayOverWhite(rgba);
        return UprightTurn.Apply(codec.EncodedOrigin, rgba, width, height);
    }

    private static void LayOverWhite(Span<byte> rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha == 255) continue;
            int white = 255 * (255 - alpha) + 127;
            rgba[i] = (byte)((rgba[i] * alpha + white) / 255);
            rgba[i + 1] = (byte)((rgba[i + 1] * alpha + white) / 255);
            rgba[i + 2] = (byte)((rgba[i + 2] * alpha + white) / 255);
            rgba[i + 3] = 255;
        }
    }

    private static PhotoFormatException Refused(SKCodecResult result, string name) => result switch
    {
        SKCodecResult.IncompleteInput => new PhotoFormatException($"{name}: the picture is cut short; expected a whole file"),
        SKCodecResult.Unimplemented => new PhotoFormatException($"{name}: not a picture; {Expected}"),
        _ => new PhotoFormatException($"{name}: the picture is broken ({result}); {Expected}"),
    };
}
