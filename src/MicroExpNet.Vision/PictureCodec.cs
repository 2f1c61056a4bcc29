using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>
/// Skia's decoder of one file, through the functions of <c>libSkiaSharp</c> itself. The classes of SkiaSharp do the same, but the first
/// object of any of them opens every font of the system, which takes longer than decoding a photo.
/// </summary>
internal sealed unsafe partial class PictureCodec : IDisposable
{
    internal const string Library = "libSkiaSharp";

    // Of sk_colortype_t.
    private const int Rgba8888 = 4;

    // Of sk_codec_scanline_order_t.
    private const int TopDown = 0;

    private nint _codec;

    private PictureCodec(nint codec)
    {
        _codec = codec;
        ImageInfo info;
        GetInfo(codec, &info);

        // Each call hands over a reference.
        if (info.ColorSpace != 0) ReleaseColorSpace(info.ColorSpace);
        (Width, Height, AlphaType) = (info.Width, info.Height, (SKAlphaType)info.AlphaType);
    }

    /// <summary>Columns that are decoded.</summary>
    public int Width { get; private set; }

    /// <summary>Rows that are decoded.</summary>
    public int Height { get; private set; }

    /// <summary>How many pixels a side of the file each decoded one stands for.</summary>
    public int Reduction { get; private set; } = 1;

    /// <summary>Whether no pixel is transparent.</summary>
    public bool IsOpaque => AlphaType == SKAlphaType.Opaque;

    /// <summary>The file's format.</summary>
    public SKEncodedImageFormat Format => (SKEncodedImageFormat)GetFormat(_codec);

    /// <summary>The orientation that the file's EXIF data says.</summary>
    public SKEncodedOrigin Origin => (SKEncodedOrigin)GetOrigin(_codec);

    private SKAlphaType AlphaType { get; }

    /// <summary>Reads the head of a file.</summary>
    /// <param name="encoded">The file, or its first part; it is copied.</param>
    /// <param name="result">Why it cannot be read.</param>
    /// <returns>The decoder; null if the file cannot be read.</returns>
    public static PictureCodec? Open(ReadOnlySpan<byte> encoded, out SKCodecResult result)
    {
        using PictureFile file = PictureFile.Copy(encoded);
        return Open(file, out result);
    }

    /// <summary>Reads the head of a file.</summary>
    /// <param name="file">The file, which the decoder keeps.</param>
    /// <param name="result">Why it cannot be read.</param>
    /// <returns>The decoder; null if the file cannot be read.</returns>
    public static PictureCodec? Open(PictureFile file, out SKCodecResult result)
    {
        // The stream holds the data, and the decoder the stream.
        nint stream = NewStream(file.Handle);
        int code;
        nint codec = NewCodec(stream, &code);
        result = (SKCodecResult)code;
        return codec == 0 ? null : new PictureCodec(codec);
    }

    /// <summary>Decodes fewer pixels: of a JPEG file only, and before anything was decoded.</summary>
    /// <param name="reduction">2, 4 or 8.</param>
    public void Reduce(int reduction) => (Width, Height, Reduction) = (Reduced(Width, reduction), Reduced(Height, reduction), reduction);

    /// <summary>The decoded pixels of a side.</summary>
    /// <param name="side">The side's pixels in the file.</param>
    /// <param name="reduction">How many of them each decoded one stands for.</param>
    public static int Reduced(int side, int reduction) => (side + reduction - 1) / reduction;

    /// <summary>Decodes the first frame in the colours as they are stored, without colour management.</summary>
    /// <param name="rgba">Receives <c>[height, width, 4]</c>, red first, the fourth byte opacity; not multiplied.</param>
    public SKCodecResult Decode(Span<byte> rgba)
    {
        if (rgba.Length < (long)Width * Height * 4) throw new ArgumentException($"{rgba.Length} bytes for {Width}×{Height} pixels");
        ImageInfo info = Rgba();
        fixed (byte* pixels = rgba) return (SKCodecResult)GetPixels(_codec, &info, pixels, (nuint)Width * 4, options: 0);
    }

    /// <summary>Starts decoding row by row, from the first row on. Not every format can.</summary>
    /// <returns>Whether <see cref="ReadRows"/> can be called.</returns>
    public bool TryStartRows()
    {
        ImageInfo info = Rgba();
        return (SKCodecResult)StartRows(_codec, &info, options: 0) == SKCodecResult.Success && GetRowOrder(_codec) == TopDown;
    }

    /// <summary>Decodes the next rows, as <see cref="Decode"/> does.</summary>
    /// <param name="rgba">Receives <c>[count, width, 4]</c>.</param>
    /// <param name="count">Number of rows.</param>
    /// <returns>Number of rows that the file held.</returns>
    public int ReadRows(Span<byte> rgba, int count)
    {
        if (rgba.Length < (long)Width * count * 4) throw new ArgumentException($"{rgba.Length} bytes for {count} rows of {Width} pixels");
        fixed (byte* pixels = rgba) return GetRows(_codec, pixels, count, (nuint)Width * 4);
    }

    /// <summary>Gives the decoder's memory back.</summary>
    public void Dispose()
    {
        nint codec = Interlocked.Exchange(ref _codec, 0);
        if (codec != 0) Destroy(codec);
    }

    private ImageInfo Rgba() => new()
    {
        Width = Width,
        Height = Height,
        ColorType = Rgba8888,
        AlphaType = (int)(IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul),
    };

    [LibraryImport(Library, EntryPoint = "sk_memorystream_new_with_skdata")]
    private static partial nint NewStream(nint data);

    [LibraryImport(Library, EntryPoint = "sk_codec_new_from_stream")]
    private static partial nint NewCodec(nint stream, int* result);

    [LibraryImport(Library, EntryPoint = "sk_codec_get_info")]
    private static partial void GetInfo(nint codec, ImageInfo* info);

    [LibraryImport(Library, EntryPoint = "sk_colorspace_unref")]
    private static partial void ReleaseColorSpace(nint colorSpace);

    [LibraryImport(Library, EntryPoint = "sk_codec_get_encoded_format")]
    private static partial int GetFormat(nint codec);

    [LibraryImport(Library, EntryPoint = "sk_codec_get_origin")]
    private static partial int GetOrigin(nint codec);

    [LibraryImport(Library, EntryPoint = "sk_codec_get_pixels")]
    private static partial int GetPixels(nint codec, ImageInfo* info, byte* pixels, nuint rowBytes, nint options);

    [LibraryImport(Library, EntryPoint = "sk_codec_start_scanline_decode")]
    private static partial int StartRows(nint codec, ImageInfo* info, nint options);

    [LibraryImport(Library, EntryPoint = "sk_codec_get_scanline_order")]
    private static partial int GetRowOrder(nint codec);

    [LibraryImport(Library, EntryPoint = "sk_codec_get_scanlines")]
    private static partial int GetRows(nint codec, byte* pixels, int count, nuint rowBytes);

    [LibraryImport(Library, EntryPoint = "sk_codec_destroy")]
    private static partial void Destroy(nint codec);

    // sk_imageinfo_t
    private struct ImageInfo
    {
        public nint ColorSpace;
        public int Width;
        public int Height;
        public int ColorType;
        public int AlphaType;
    }
}
