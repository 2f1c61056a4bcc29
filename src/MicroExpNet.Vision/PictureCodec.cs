using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>
/// Skia's decoder of one file, through the functions of <c>libSkiaSharp</c> itself. The classes of SkiaSharp do the same, but the first
/// object of any of them opens every font of the system, which takes longer than decoding a photo.
/// </summary>
internal sealed unsafe partial class PictureCodec : IDisposable
{
    private const string Library = "libSkiaSharp";

    // Of sk_colortype_t.
    private const int Rgba8888 = 4;

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

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

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
        nint data;
        fixed (byte* bytes = encoded) data = CopyData(bytes, (nuint)encoded.Length);

        // The stream holds the data, and the decoder the stream.
        nint stream = NewStream(data);
        ReleaseData(data);
        int code;
        nint codec = NewCodec(stream, &code);
        result = (SKCodecResult)code;
        return codec == 0 ? null : new PictureCodec(codec);
    }

    /// <summary>Decodes the first frame in the colours as they are stored, without colour management.</summary>
    /// <param name="rgba">Receives <c>[height, width, 4]</c>, red first, the fourth byte opacity; not multiplied.</param>
    public SKCodecResult Decode(Span<byte> rgba)
    {
        ImageInfo info = new()
        {
            Width = Width,
            Height = Height,
            ColorType = Rgba8888,
            AlphaType = (int)(IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul),
        };
        if (rgba.Length < (long)Width * Height * 4) throw new ArgumentException($"{rgba.Length} bytes for {Width}×{Height} pixels");
        fixed (byte* pixels = rgba) return (SKCodecResult)GetPixels(_codec, &info, pixels, (nuint)Width * 4, options: 0);
    }

    /// <summary>Gives the decoder's memory back.</summary>
    public void Dispose()
    {
        nint codec = Interlocked.Exchange(ref _codec, 0);
        if (codec != 0) Destroy(codec);
    }

    [LibraryImport(Library, EntryPoint = "sk_data_new_with_copy")]
    private static partial nint CopyData(byte* bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "sk_data_unref")]
    private static partial void ReleaseData(nint data);

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
