using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MicroExpNet.Files;
using MicroExpNet.Imaging;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>
/// A decoded colour image in memory, upright. A program that reads many should dispose of each: its memory then serves the next photo of
/// the same size.
/// </summary>
public sealed class Photo : IDisposable
{
    private const int Channels = 4;
    private const int Quality = 92;

    private readonly bool _isPooled;
    private byte[]? _rgba;

    /// <summary>Uses pixels that are already in memory.</summary>
    /// <param name="rgba">Red, green, blue and one byte that is ignored, <c>[height, width, 4]</c>, packed; kept, not copied.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <exception cref="ArgumentException">The length does not match the size.</exception>
    public Photo(byte[] rgba, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(rgba);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        UInt128 needed = (UInt128)4 * (uint)width * (uint)height;
        if ((UInt128)rgba.LongLength != needed)
        {
            throw new ArgumentException($"{rgba.LongLength} bytes for {width}×{height} pixels of 4 bytes; expected {needed}", nameof(rgba));
        }

        _rgba = rgba;
        Width = width;
        Height = height;
    }

    /// <summary>Copies an image of any pixel format. To recognise it, no photo is needed: give the image itself.</summary>
    /// <param name="image">The image.</param>
    /// <exception cref="ArgumentException">The image has more than 536 million pixels, or is <c>default</c>.</exception>
    public Photo(ImageView image)
        : this(Allocate(image), image.Width, image.Height) => ColorConversion.ToRgba(image, _rgba);

    private Photo(int width, int height, byte[] pooled)
        : this(pooled, width, height) => _isPooled = true;

    /// <summary>The extensions of the files that can be read, in lower case and with their dot.</summary>
    public static ImmutableArray<string> FileExtensions { get; } =
        [".jpg", ".jpeg", ".jpe", ".jif", ".jfif", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * 4;

    /// <summary>What was wrong with the file, in one line that begins with its name; null if nothing was.</summary>
    public string? Warning { get; internal init; }

    /// <summary>Whether <see cref="PhotoAnnotator"/> drew it; its files are then marked.</summary>
    private bool IsAnnotated { get; init; }

    /// <summary>The pixels, red first, <c>[height, width, 4]</c>, packed.</summary>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public byte[] Rgba
    {
        get
        {
            ObjectDisposedException.ThrowIf(_rgba is null, this);
            return _rgba;
        }
    }

    /// <summary>The pixels as an image, without a copy.</summary>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public ImageView View => new(Rgba, Width, Height, PixelFormat.Rgba32);

    /// <summary>The pixels as an image, without a copy, so that a photo can be given wherever an image is asked for.</summary>
    /// <param name="photo">The photo.</param>
    /// <exception cref="ArgumentNullException"><paramref name="photo"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public static implicit operator ImageView(Photo photo)
    {
        ArgumentNullException.ThrowIfNull(photo);
        return photo.View;
    }

    /// <summary>Whether a file's extension is one of <see cref="FileExtensions"/>.</summary>
    /// <param name="path">The file.</param>
    public static bool HasPictureName(string path) =>
        FileExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Reads a picture file, rotates it upright as its orientation (EXIF) says, and lays transparent parts over white. A JPEG file that is
    /// cut short is read if at least three quarters of it are there; <see cref="Warning"/> says so, and the missing part is grey.
    /// </summary>
    /// <param name="path">A JPEG, PNG, WebP, GIF or BMP file; of an animation, the first frame is read.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The file is empty, not a picture, cut short or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Photo Load(string path, PhotoLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = PhotoFile.Open(path);
        return Of(PhotoDecoder.Decode(stream, path, limits ?? PhotoLimits.Default, Channels));
    }

    /// <summary>Reads a picture from a stream, to its end, as <see cref="Load(string, PhotoLimits?)"/> does.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The stream does not hold a readable picture.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Photo Load(Stream stream, string name, PhotoLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Of(PhotoDecoder.Decode(stream, name, limits ?? PhotoLimits.Default, Channels));
    }

    /// <summary>Decodes a picture file that is in memory, as <see cref="Load(string, PhotoLimits?)"/> does.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The bytes are not a readable picture.</exception>
    public static Photo Load(ReadOnlySpan<byte> file, string name, PhotoLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Of(PhotoDecoder.Decode(file, name, limits ?? PhotoLimits.Default, Channels));
    }

    /// <summary>
    /// Reads a picture from a stream that can only be read asynchronously, such as the body of a request, and decodes it as
    /// <see cref="Load(string, PhotoLimits?)"/> does. The encoded bytes are read as they come and then decoded at once.
    /// </summary>
    /// <param name="stream">The stream, read to its end; it is left open.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="PhotoFormatException">The stream does not hold a readable picture.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The reading was stopped.</exception>
    public static Task<Photo> LoadAsync(
        Stream stream, string name, PhotoLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return DecodeAsync(stream, name, limits ?? PhotoLimits.Default, cancellationToken);
    }

    /// <summary>Writes the photo as a file. An existing file is replaced whole or stays as it is.</summary>
    /// <param name="path">The file. Its extension chooses the format: JPEG or WebP, else PNG.</param>
    /// <exception cref="IOException">The file cannot be written, or the photo is too large for the format.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PhotoFormat format = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jpg" or ".jpeg" or ".jpe" or ".jif" or ".jfif" => PhotoFormat.Jpeg,
            ".webp" => PhotoFormat.Webp,
            _ => PhotoFormat.Png,
        };
        using SKData data = Encode(format, path);
        using AtomicFile file = new(path);
        Write(data, file.Stream);
        file.Commit();
    }

    /// <summary>Writes the photo to a stream.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="format">The file format.</param>
    /// <exception cref="IOException">The stream cannot be written, or the photo is too large for the format.</exception>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public void Save(Stream stream, PhotoFormat format)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using SKData data = Encode(format, "photo");
        Write(data, stream);
    }

    /// <summary>Gives the memory of a photo that was loaded back for the next one. Pixels given to the constructor stay their
    /// owner's.</summary>
    public void Dispose()
    {
        byte[]? rgba = Interlocked.Exchange(ref _rgba, null);
        if (rgba is not null && _isPooled) PixelPool.Return(rgba);
    }

    /// <summary>The whole photo in grey, with OpenCV's weights.</summary>
    /// <returns>Grey values, <c>[height, width]</c>, packed.</returns>
    public byte[] ToGray()
    {
        byte[] gray = new byte[Width * Height];
        Grayscale.FromRgba(Rgba, gray);
        return gray;
    }

    /// <summary>A photo whose pixels came from <see cref="PixelPool"/>.</summary>
    internal static Photo FromPool(byte[] rgba, int width, int height, bool isAnnotated) =>
        new(width, height, rgba) { IsAnnotated = isAnnotated };

    private static async Task<Photo> DecodeAsync(Stream stream, string name, PhotoLimits limits, CancellationToken cancellationToken) =>
        Of(await PhotoDecoder.DecodeAsync(stream, name, limits, Channels, cancellationToken).ConfigureAwait(false));

    private static Photo Of(DecodedPicture decoded) => new(decoded.Width, decoded.Height, decoded.Pixels) { Warning = decoded.Warning };

    private static byte[] Allocate(ImageView image)
    {
        image.ThrowIfEmpty(nameof(image));
        long length = (long)image.Width * image.Height * 4;
        return length <= Array.MaxLength
            ? GC.AllocateUninitializedArray<byte>((int)length)
            : throw new ArgumentException(
                $"{image.Width}×{image.Height} pixels; a photo has at most {Array.MaxLength / 4:#,0} pixels", nameof(image));
    }

    private void Write(SKData data, Stream stream)
    {
        data.SaveTo(stream);
        if (IsAnnotated) AnnotationMark.Write(stream);
    }

    private SKData Encode(PhotoFormat format, string name)
    {
        SKEncodedImageFormat encoded = format switch
        {
            PhotoFormat.Png => SKEncodedImageFormat.Png,
            PhotoFormat.Jpeg => SKEncodedImageFormat.Jpeg,
            PhotoFormat.Webp => SKEncodedImageFormat.Webp,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no such file format"),
        };
        GCHandle pinned = GCHandle.Alloc(Rgba, GCHandleType.Pinned);
        try
        {
            SKImageInfo info = new(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using SKPixmap pixels = new(info, pinned.AddrOfPinnedObject(), Stride);
            return pixels.Encode(encoded, Quality) ?? throw new IOException(
                $"{name}: {Width}×{Height} pixels cannot be written as {format}; expected a smaller picture or the ending .png");
        }
        finally
        {
            pinned.Free();
        }
    }
}
