using System.Diagnostics.CodeAnalysis;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>
/// A decoded image in memory in grey, upright: all that is needed to find faces and to recognise expressions with a model that reads grey
/// faces. It takes a quarter of a <see cref="Photo"/>'s memory, and a JPEG file is never in memory in colour. Its values are those of
/// <see cref="Photo.ToGray"/>. A program that reads many should dispose of each: its memory then serves the next photo of the same size.
/// </summary>
/// <remarks>
/// A face cut out of a <see cref="Photo"/> is resized in colour and made grey last, as the original program does it. The other order
/// rounds differently: the probabilities of half of all faces differ by less than 0.001, those of a few by up to 0.05.
/// </remarks>
public sealed class GrayPhoto : IDisposable
{
    private const int Channels = 1;

    private byte[]? _pixels;

    /// <summary>Copies an image of any pixel format, in grey.</summary>
    /// <param name="image">The image.</param>
    /// <exception cref="ArgumentException">The image has more than 2,147 million pixels, or is <c>default</c>.</exception>
    public GrayPhoto(ImageView image)
        : this(new DecodedPicture(ToGray(image), image.Width, image.Height, Warning: null))
    {
    }

    private GrayPhoto(DecodedPicture decoded)
    {
        (_pixels, Width, Height, Warning) = decoded;
        (Reduction, FullWidth, FullHeight) = (decoded.Reduction, decoded.FullWidth, decoded.FullHeight);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>What was wrong with the file, in one line that begins with its name; null if nothing was.</summary>
    public string? Warning { get; }

    /// <summary>How many pixels a side of the file one of the photo stands for: more than 1 only where
    /// <see cref="PhotoLimits.MaxReduction"/> is.</summary>
    internal int Reduction { get; }

    /// <summary>Columns of the file's picture, upright.</summary>
    internal int FullWidth { get; }

    /// <summary>Rows of the file's picture, upright.</summary>
    internal int FullHeight { get; }

    /// <summary>The grey values as an image, without a copy.</summary>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public ImageView View
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pixels is null, this);
            return new ImageView(_pixels, Width, Height);
        }
    }

    /// <summary>The grey values as an image, without a copy, so that a photo can be given wherever an image is asked for.</summary>
    /// <param name="photo">The photo.</param>
    /// <exception cref="ArgumentNullException"><paramref name="photo"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    [SuppressMessage("Usage", "CA2225", Justification = "View is the method of another name")]
    public static implicit operator ImageView(GrayPhoto photo)
    {
        ArgumentNullException.ThrowIfNull(photo);
        return photo.View;
    }

    /// <summary>Reads a picture file in grey; all else is as <see cref="Photo.Load(string, PhotoLimits?)"/> does it.</summary>
    /// <param name="path">A JPEG, PNG, WebP, GIF or BMP file; of an animation, the first frame is read.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The file is empty, not a picture, cut short or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static GrayPhoto Load(string path, PhotoLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = PhotoFile.Open(path);
        return Load(stream, path, limits);
    }

    /// <summary>Reads a picture in grey from a stream, to its end.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The stream does not hold a readable picture.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static GrayPhoto Load(Stream stream, string name, PhotoLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new GrayPhoto(PhotoDecoder.Decode(stream, name, limits ?? PhotoLimits.Default, Channels));
    }

    /// <summary>Decodes a picture file that is in memory, in grey.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">The picture's name in messages.</param>
    /// <param name="limits">What it may cost; the default if absent.</param>
    /// <exception cref="PhotoFormatException">The bytes are not a readable picture.</exception>
    public static GrayPhoto Load(ReadOnlySpan<byte> file, string name, PhotoLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new GrayPhoto(PhotoDecoder.Decode(file, name, limits ?? PhotoLimits.Default, Channels));
    }

    /// <summary>Gives the memory back for the next photo.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels) PixelPool.Return(pixels);
    }

    private static byte[] ToGray(ImageView image)
    {
        image.ThrowIfEmpty(nameof(image));
        long length = (long)image.Width * image.Height;
        if (length > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{image.Width}×{image.Height} pixels; a grey photo has at most {Array.MaxLength:#,0} pixels", nameof(image));
        }

        byte[] pixels = PixelPool.Rent((int)length);
        Grayscale.FromImage(image, pixels);
        return pixels;
    }
}
