using System.Collections.Immutable;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>A decoded picture, upright, in memory.</summary>
public sealed class Photo
{
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

        Rgba = rgba;
        Width = width;
        Height = height;
    }

    /// <summary>How the names of pictures that can be read end.</summary>
    public static ImmutableArray<string> FileExtensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * 4;

    /// <summary>The pixels, red first, <c>[height, width, 4]</c>, packed; the fourth byte is 255.</summary>
    public byte[] Rgba { get; }

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

    /// <summary>The whole picture in grey, with OpenCV's weights.</summary>
    /// <returns>Grey values, <c>[height, width]</c>, packed.</returns>
    public byte[] ToGray()
    {
        byte[] gray = new byte[Width * Height];
        Grayscale.FromRgba(Rgba, gray);
        return gray;
    }
}
