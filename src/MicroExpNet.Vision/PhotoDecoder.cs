using System.Buffers;
using System.Globalization;
using MicroExpNet.Imaging;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>
/// Decodes pictures with Skia, and JPEG files with libjpeg-turbo where it is installed: the first frame, upright, over white, in the
/// colours as they are stored (no colour management, as in OpenCV).
/// </summary>
internal static class PhotoDecoder
{
    // Enough of a file to know its format and, mostly, the size its picture claims.
    private const int HeadLength = 64 * 1024;

    // Of the block of rows that is decoded in colour and made grey: half of a processor's second cache.
    private const int RowsBytes = 256 * 1024;

    // Of the pictures that are decoded whole and then made grey: in colour they take 16 MB.
    private const int MaxWholePixels = 1 << 22;

    // A reduced picture has at least as many: smaller ones are searched for faces in more detail.
    private const int MinReducedPixels = 512 * 512;

    // Share of a JPEG file's rows that must be there.
    private const double MinShare = 0.75;

    private const string Expected = "expected a JPEG, PNG, WebP, GIF or BMP picture";

    private static ReadOnlySpan<byte> StartOfJpeg => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> EndOfJpeg => [0xFF, 0xD9];

    /// <summary>Reads a stream to its end and decodes it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="channels">4 for red, green, blue and opacity 255; 1 for grey.</param>
    /// <exception cref="PhotoFormatException">It does not hold a readable picture within the limits.</exception>
    public static DecodedPicture Decode(Stream stream, string name, PhotoLimits limits, int channels)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(HeadLength);
        try
        {
            Span<byte> head = rented.AsSpan(0, HeadLength);
            int length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
            if (length < HeadLength || !IsWorthReading(head, name, limits)) return Decode(head[..length], name, limits, channels);
            using PictureFile file = Read(stream, head, name);
            return Decode(file, name, limits, channels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads a stream to its end asynchronously and decodes it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="channels">4 or 1, as above.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="PhotoFormatException">It does not hold a readable picture within the limits.</exception>
    public static async Task<DecodedPicture> DecodeAsync(
        Stream stream, string name, PhotoLimits limits, int channels, CancellationToken cancellationToken)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(HeadLength);
        try
        {
            Memory<byte> head = rented.AsMemory(0, HeadLength);
            int length = await stream.ReadAtLeastAsync(head, HeadLength, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (length < HeadLength || !IsWorthReading(head.Span, name, limits))
            {
                return Decode(head.Span[..length], name, limits, channels);
            }

            using MemoryStream all = new(RestCapacity(stream, name));
            all.Write(head.Span);
            await stream.CopyToAsync(all, cancellationToken).ConfigureAwait(false);
            return Decode(all.GetBuffer().AsSpan(0, (int)all.Length), name, limits, channels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // Whether the rest of a stream should be read: its first bytes are those of a picture within the limits.
    private static bool IsWorthReading(ReadOnlySpan<byte> head, string name, PhotoLimits limits)
    {
        using PictureCodec? codec = PictureCodec.Open(head, out SKCodecResult result);
        if (codec is not null) CheckClaims(codec, head, name, limits);
        return codec is not null || result != SKCodecResult.Unimplemented;
    }

    // A file of a known length is read into the memory that the decoder reads, so that it is in memory once.
    private static PictureFile Read(Stream stream, ReadOnlySpan<byte> head, string name)
    {
        PictureFile file = new(RestCapacity(stream, name));
        try
        {
            Span<byte> bytes = file.Bytes;
            head.CopyTo(bytes);
            int length = head.Length + stream.ReadAtLeast(bytes[head.Length..], bytes.Length - head.Length, throwOnEndOfStream: false);
            int next = length < bytes.Length ? -1 : stream.ReadByte();
            if (length == bytes.Length && next < 0) return file;
            using MemoryStream all = new(length);
            all.Write(bytes[..length]);
            if (next >= 0)
            {
                all.WriteByte((byte)next);
                stream.CopyTo(all);
            }

            file.Dispose();
            return PictureFile.Copy(all.GetBuffer().AsSpan(0, (int)all.Length));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static int RestCapacity(Stream stream, string name)
    {
        long length = stream.CanSeek ? HeadLength + Math.Max(0, stream.Length - stream.Position) : 2 * HeadLength;
        if (length > Array.MaxLength) throw new PhotoFormatException($"{name}: {length:#,0} bytes; {Expected} of less than 2 GB");
        return (int)length;
    }

    /// <summary>The pixels that a file's picture claims to have; 0 for what cannot be read.</summary>
    /// <param name="file">The file.</param>
    public static long ClaimedPixels(ReadOnlySpan<byte> file)
    {
        using PictureCodec? codec = PictureCodec.Open(file, out _);
        return codec is null ? 0 : (long)codec.Width * codec.Height;
    }

    /// <summary>Decodes a file that is in memory.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="channels">4 or 1, as above.</param>
    /// <exception cref="PhotoFormatException">It is not a readable picture within the limits.</exception>
    public static DecodedPicture Decode(ReadOnlySpan<byte> file, string name, PhotoLimits limits, int channels)
    {
        if (file.IsEmpty) throw new PhotoFormatException($"{name}: the file is empty; {Expected}");
        using PictureFile copy = PictureFile.Copy(file);
        return Decode(copy, name, limits, channels);
    }

    private static DecodedPicture Decode(PictureFile whole, string name, PhotoLimits limits, int channels)
    {
        ReadOnlySpan<byte> file = whole.Bytes;
        using PictureCodec? codec = PictureCodec.Open(whole, out SKCodecResult result);
        if (codec is null) throw Unreadable(result, file, name);
        CheckClaims(codec, file, name, limits);
        (int width, int height) = (codec.Width, codec.Height);
        if (width < 1 || height < 1) throw new PhotoFormatException($"{name}: the picture has no pixels ({width}×{height})");

        SKEncodedOrigin origin = codec.Format == SKEncodedImageFormat.Png ? PngOrientation.Read(file) : codec.Origin;
        if (!TryDecodeReduced(codec, whole, limits, channels, out DecodedPicture picture))
        {
            picture = DecodePixels(codec, whole, name, channels);
        }

        picture = picture.Upright(origin);
        return picture.Warning is null && ChunkedFile.IsCut(codec.Format, file)
            ? picture with
            {
                Warning = $"{name}: the file is cut short; 100% of the picture's rows are there, but not what follows them, " +
                    "such as how it is turned",
            }
            : picture;
    }

    // Whatever is wrong with a file is told of the whole picture.
    private static bool TryDecodeReduced(
        PictureCodec codec, PictureFile whole, PhotoLimits limits, int channels, out DecodedPicture picture)
    {
        picture = default;
        if (channels != 1 || codec.Format != SKEncodedImageFormat.Jpeg) return false;
        int reduction = limits.MaxReduction;
        while (reduction > 1 && PixelsOf(codec, reduction) < MinReducedPixels) reduction /= 2;
        if (reduction == 1) return false;
        using PictureCodec? reduced = PictureCodec.Open(whole, out _);
        if (reduced is null) return false;
        reduced.Reduce(reduction);
        if (!TryDecodeJpeg(reduced, whole.Bytes, channels, out picture))
        {
            if (!TryDecodeRows(reduced, out byte[] rows)) return false;
            picture = new DecodedPicture(rows, reduced.Width, reduced.Height, Warning: null);
        }

        picture = picture with { Reduction = reduction, FullWidth = codec.Width, FullHeight = codec.Height };
        return true;
    }

    private static long PixelsOf(PictureCodec codec, int reduction) =>
        (long)PictureCodec.Reduced(codec.Width, reduction) * PictureCodec.Reduced(codec.Height, reduction);

    private static DecodedPicture DecodePixels(PictureCodec codec, PictureFile whole, string name, int channels)
    {
        ReadOnlySpan<byte> file = whole.Bytes;
        if (TryDecodeJpeg(codec, file, channels, out DecodedPicture jpeg)) return jpeg;
        if (channels == 1)
        {
            if (TryDecodeRows(codec, out byte[] rows)) return new DecodedPicture(rows, codec.Width, codec.Height, Warning: null);

            // A file that is cut short is decoded anew, as a whole.
            using PictureCodec? again = PictureCodec.Open(whole, out _);
            return MakeGray(DecodeWhole(again ?? codec, file, name));
        }

        return DecodeWhole(codec, file, name);
    }

    // With the system's library. It decodes pictures as a whole, so large ones that are asked for in grey are left to Skia's rows.
    private static bool TryDecodeJpeg(PictureCodec codec, ReadOnlySpan<byte> file, int channels, out DecodedPicture picture)
    {
        picture = default;
        if (codec.Format != SKEncodedImageFormat.Jpeg || !TurboJpeg.IsInstalled) return false;
        if (channels == 1 && (long)codec.Width * codec.Height > MaxWholePixels) return false;
        byte[] rgba = PixelPool.Rent(codec.Width * codec.Height * 4);
        if (!TurboJpeg.TryDecode(file, rgba, codec.Width, codec.Height, codec.Reduction))
        {
            PixelPool.Return(rgba);
            return false;
        }

        picture = new DecodedPicture(rgba, codec.Width, codec.Height, Warning: null);
        if (channels == 1) picture = MakeGray(picture);
        return true;
    }

    // Makes each block of rows grey while it is in the cache, so that the whole picture never is in memory in colour.
    private static bool TryDecodeRows(PictureCodec codec, out byte[] gray)
    {
        gray = [];
        if (!codec.IsOpaque || !codec.TryStartRows()) return false;
        (int width, int height) = (codec.Width, codec.Height);
        int rows = Math.Clamp(RowsBytes / (width * 4), 1, height);
        byte[] rgba = ArrayPool<byte>.Shared.Rent(rows * width * 4);
        gray = PixelPool.Rent(width * height);
        bool isWhole = true;
        for (int y = 0; y < height && isWhole; y += rows)
        {
            rows = Math.Min(rows, height - y);
            Span<byte> block = rgba.AsSpan(0, rows * width * 4);
            isWhole = codec.ReadRows(block, rows) == rows;
            if (isWhole) Grayscale.FromRgba(block, gray.AsSpan(y * width, rows * width));
        }

        ArrayPool<byte>.Shared.Return(rgba);
        if (!isWhole) PixelPool.Return(gray);
        return isWhole;
    }

    private static DecodedPicture MakeGray(DecodedPicture color)
    {
        byte[] gray = PixelPool.Rent(color.Width * color.Height);
        Grayscale.FromRgba(color.Pixels, gray);
        PixelPool.Return(color.Pixels);
        return color with { Pixels = gray };
    }

    private static DecodedPicture DecodeWhole(PictureCodec codec, ReadOnlySpan<byte> file, string name)
    {
        byte[] rgba = PixelPool.Rent(codec.Width * codec.Height * 4);
        string? warning = null;
        SKCodecResult result = codec.Decode(rgba);
        if (result != SKCodecResult.Success && IsCutJpeg(file))
        {
            warning = DecodeWhatIsThere(file, codec.Height, rgba, name);
            if (warning is not null) result = SKCodecResult.Success;
        }

        if (result != SKCodecResult.Success)
        {
            PixelPool.Return(rgba);
            throw Unreadable(result, file, name);
        }

        if (!codec.IsOpaque) LayOverWhite(rgba);
        return new DecodedPicture(rgba, codec.Width, codec.Height, warning);
    }

    // Decodes a JPEG file that is cut short as if its end followed: the decoder fills what is missing. Returns the warning, or null if too
    // little is there.
    private static string? DecodeWhatIsThere(ReadOnlySpan<byte> file, int height, byte[] rgba, string name)
    {
        // The first byte of a marker whose second is missing: the byte appended after it would be taken for the second.
        file = file.TrimEnd((byte)0xFF);
        if (!TryDecode([.. file, .. EndOfJpeg], rgba)) return null;
        JpegScans scans = JpegScans.Read(file);
        if (!scans.IsRowByRow)
        {
            return scans.HasAllCoefficients ? $"{name}: the file is cut short; the picture is there, but not in full quality" : null;
        }

        double share = (double)CountRows(file, height, rgba) / height;
        return share < MinShare ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: the file is cut short; {Math.Floor(share * 1000) / 10:0.#}% of the picture's rows are there");
    }

    // The rows that the file holds are those that do not change when other data follows it.
    private static int CountRows(ReadOnlySpan<byte> file, int height, byte[] rgba)
    {
        byte[] noise = new byte[Math.Max(1024, file.Length / 8)], other = PixelPool.Rent(rgba.Length);
        uint state = 1;
        for (int i = 0; i < noise.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            noise[i] = (byte)((state >> 24) % 255);
        }

        bool isDecoded = TryDecode([.. file, .. noise, .. EndOfJpeg], other);
        int rows = isDecoded ? rgba.AsSpan().CommonPrefixLength(other) / (rgba.Length / height) : 0;
        PixelPool.Return(other);
        return rows;
    }

    private static bool IsCutJpeg(ReadOnlySpan<byte> file) => file.StartsWith(StartOfJpeg) && !JpegScans.Read(file).HasEnd;

    private static bool TryDecode(byte[] file, byte[] rgba)
    {
        using PictureCodec? codec = PictureCodec.Open(file, out _);
        return codec is not null && codec.Decode(rgba) == SKCodecResult.Success;
    }

    private static void CheckClaims(PictureCodec codec, ReadOnlySpan<byte> head, string name, PhotoLimits limits)
    {
        if (codec.Format is not (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp
            or SKEncodedImageFormat.Gif or SKEncodedImageFormat.Bmp))
        {
            string format = UnreadFormats.Find(head, name) ?? codec.Format.ToString();
            throw new PhotoFormatException($"{name}: {format} is not read; convert it to JPEG or PNG");
        }

        long pixels = (long)codec.Width * codec.Height;
        long most = Math.Min(limits.MaxPixels, Array.MaxLength / 4);
        if (pixels > most)
        {
            throw new PhotoFormatException(
                $"{name}: the picture claims {codec.Width}×{codec.Height} pixels, {pixels:#,0} in all; the limit is {most:#,0}");
        }
    }

    private static void LayOverWhite(Span<byte> rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha == 255) continue;
            int white = (255 * (255 - alpha)) + 127;
            rgba[i] = (byte)(((rgba[i] * alpha) + white) / 255);
            rgba[i + 1] = (byte)(((rgba[i + 1] * alpha) + white) / 255);
            rgba[i + 2] = (byte)(((rgba[i + 2] * alpha) + white) / 255);
            rgba[i + 3] = 255;
        }
    }

    private static PhotoFormatException Unreadable(SKCodecResult result, ReadOnlySpan<byte> file, string name) => result switch
    {
        _ when result == SKCodecResult.IncompleteInput || IsCutJpeg(file) =>
            new PhotoFormatException($"{name}: the picture is cut short; expected a whole file"),
        _ when UnreadFormats.Find(file, name) is { } format =>
            new PhotoFormatException($"{name}: {format} is not read; convert it to JPEG or PNG"),
        SKCodecResult.Unimplemented => new PhotoFormatException($"{name}: not a picture; {Expected}"),
        _ => new PhotoFormatException($"{name}: the picture is broken ({result}); {Expected}"),
    };
}
