using System.Collections.Immutable;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>
/// A decoded picture, upright, in memory. A program that reads many does well to dispose of each: the pixels then serve the next photo of
/// the same size.
/// </summary>
public sealed class Photo : IDisposable
{
    private readonly bool _isPooled;
    private byte[]? _rgba;

    /// <summary>Takes pixels that are already in memory.</summary>
    /// <param name="rgba">Red, green, blue and one byte that is passed over, <c>[height, width, 4]</c>, packed; kept, not copied.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <exception cref="ArgumentException">The length does not fit the size.</exception>
    public Photo(byte[] rgba, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(rgba);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgba.LongLength != (long)width * height * 4)
        {
            throw new ArgumentException($"{rgba.LongLength} bytes for {width}×{height} pixels of four; expected {(long)width * height * 4}", nameof(rgba));
        }

        _rgba = rgba;
        Width = width;
        Height = height;
    }

    private Photo(int width, int height, byte[] pooled)
        : this(pooled, width, height) => _isPooled = true;

    /// <summary>How the names of pictures that can be read end.</summary>
    public static ImmutableArray<string> FileExtensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * 4;

    /// <summary>The pixels, red first, <c>[height, width, 4]</c>, packed; the fourth byte is 255.</summary>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public byte[] Rgba
    {
        get
        {
            ObjectDisposedException.ThrowIf(_rgba is null, this);
            return _rgba;
        }
    }

    /// <summary>Whether a file's name ends as those of pictures that can be read do.</summary>
    /// <param name="path">The file.</param>
    public static bool HasPictureName(string path) => FileExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a picture file, turns it upright (EXIF) and lays transparent parts over white.</summary>
    /// <param name="path">A JPEG, PNG, WebP, GIF or BMP file; of an animation, the first frame.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The file is empty, no picture, cut short or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Photo Load(string path, PhotoLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        // Unbuffered: the decoder reads the head and then all the rest.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return PhotoDecoder.Decode(stream, path, limits ?? PhotoLimits.Default);
    }

    /// <summary>Reads a picture from a stream, to its end.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The stream holds no readable picture.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Photo Load(Stream stream, string name, PhotoLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return PhotoDecoder.Decode(stream, name, limits ?? PhotoLimits.Default);
    }

    /// <summary>Gives the pixels of a photo that was loaded back for the next one; those that were given to the constructor stay their owner's.</summary>
    public void Dispose()
    {
        byte[]? rgba = Interlocked.Exchange(ref _rgba, null);
        if (rgba is not null && _isPooled) PixelPool.Return(rgba);
    }

    /// <summary>A photo whose pixels came from <see cref="PixelPool"/>.</summary>
    internal static Photo FromPool(byte[] rgba, int width, int height) => new(width, height, rgba);

    /// <summary>The whole picture in grey, with OpenCV's weights.</summary>
    /// <returns>Grey values, <c>[height, width]</c>, packed.</returns>
    public byte[] ToGray()
    {
        byte[] gray = new byte[Width * Height];
        Grayscale.FromRgba(Rgba, gray);
        return gray;
    }
}
