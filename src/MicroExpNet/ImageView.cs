namespace MicroExpNet;

/// <summary>
/// An image in memory that belongs to someone else: its pixels, their format, its size, and the distance between its rows. Nothing is
/// copied. Get one from a <c>byte[]</c>, from native memory by <c>new ReadOnlySpan&lt;byte&gt;(pointer, length)</c>, or from a photo.
/// </summary>
public readonly ref struct ImageView
{
    private const int MaxChannels = 4;

    /// <summary>Describes an image whose rows follow each other without a gap.</summary>
    /// <param name="pixels">The pixels, from the first row on; longer is allowed.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="format">How they lie in memory.</param>
    /// <exception cref="ArgumentException">A size is out of range, or <paramref name="pixels"/> is too short for it.</exception>
    public ImageView(ReadOnlySpan<byte> pixels, int width, int height, PixelFormat format = PixelFormat.Gray8)
        : this(pixels, width, height, PackedStride(width, format), format)
    {
    }

    /// <summary>Describes an image whose rows are a stride apart.</summary>
    /// <param name="pixels">The pixels, from the first row on; longer is allowed, and the last row may end with its last pixel.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least those of a row's pixels.</param>
    /// <param name="format">How the pixels lie in memory.</param>
    /// <exception cref="ArgumentException">A size is out of range, or <paramref name="pixels"/> is too short for it.</exception>
    public ImageView(ReadOnlySpan<byte> pixels, int width, int height, int stride, PixelFormat format = PixelFormat.Gray8)
        : this(pixels, width, height, stride, BytesAPixel(format))
    {
        Format = format;
        if (!IsPlanar) return;
        long needed = ((long)stride * height) + ((ChromaHeight - 1L) * ChromaStride) + ChromaWidth;
        if (format == PixelFormat.I420) needed += (long)ChromaStride * ChromaHeight;
        else if (stride < 2 * ChromaWidth) throw StrideTooSmall(stride, width, 2 * ChromaWidth);
        else needed += ChromaWidth;
        if (pixels.Length < needed) throw TooShort(pixels, width, height, stride, needed);
    }

    /// <summary>Describes pixels of any number of bytes, 1 to 4, whose order nobody reads.</summary>
    internal ImageView(ReadOnlySpan<byte> pixels, int width, int height, int stride, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, MaxChannels);
        long row = (long)width * channels;
        if (stride < row) throw StrideTooSmall(stride, width, row);
        long needed = ((height - 1L) * stride) + row;
        if (pixels.Length < needed) throw TooShort(pixels, width, height, stride, needed);
        Pixels = pixels;
        Width = width;
        Height = height;
        Stride = stride;
        Channels = channels;
    }

    /// <summary>The pixels, from the first row on.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next; of a format of several planes, in the first.</summary>
    public int Stride { get; }

    /// <summary>How the pixels lie in memory.</summary>
    public PixelFormat Format { get; }

    /// <summary>Bytes a pixel; of a format of several planes, in the first.</summary>
    internal int Channels { get; }

    /// <summary>Whether colour lies in planes of its own after the grey values.</summary>
    internal bool IsPlanar => Format is PixelFormat.Nv12 or PixelFormat.I420;

    /// <summary>Columns of a plane of colour.</summary>
    internal int ChromaWidth => (Width / 2) + (Width % 2);

    /// <summary>Rows of a plane of colour.</summary>
    internal int ChromaHeight => (Height / 2) + (Height % 2);

    /// <summary>Bytes from one row to the next in a plane of colour.</summary>
    internal int ChromaStride => Format == PixelFormat.I420 ? (Stride / 2) + (Stride % 2) : Stride;

    /// <summary>Refuses <c>default(ImageView)</c>, which has no pixels.</summary>
    /// <param name="parameter">The argument's name.</param>
    /// <exception cref="ArgumentException">The image has no pixels.</exception>
    internal void ThrowIfEmpty(string parameter)
    {
        if (Width < 1) throw new ArgumentException("an image without pixels; expected one made by a constructor of ImageView", parameter);
    }

    /// <summary>The grey values, where they need no computing: the image itself or its luma plane.</summary>
    /// <param name="gray">The grey image.</param>
    /// <returns>Whether there are such.</returns>
    internal bool TryGetGray(out ImageView gray)
    {
        gray = IsPlanar ? new ImageView(Pixels, Width, Height, Stride) : this;
        return gray.Channels == 1;
    }

    /// <summary>The part of the image inside a box; not of a format of several planes.</summary>
    /// <param name="box">The box; it lies inside the image.</param>
    internal ImageView Slice(FaceBox box) => new(this, box);

    // The box is known to lie inside.
    private ImageView(ImageView image, FaceBox box)
    {
        Pixels = image.Pixels[((box.Y * image.Stride) + (box.X * image.Channels))..];
        Width = box.Width;
        Height = box.Height;
        Stride = image.Stride;
        Channels = image.Channels;
        Format = image.Format;
    }

    private static int BytesAPixel(PixelFormat format) => format switch
    {
        PixelFormat.Gray8 or PixelFormat.Nv12 or PixelFormat.I420 => 1,
        PixelFormat.Rgb24 or PixelFormat.Bgr24 => 3,
        PixelFormat.Rgba32 or PixelFormat.Bgra32 => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no such pixel format"),
    };

    private static int PackedStride(int width, PixelFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        long stride = format == PixelFormat.Nv12 ? width + (width % 2L) : (long)width * BytesAPixel(format);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stride, int.MaxValue, nameof(width));
        return (int)stride;
    }

    private static ArgumentException StrideTooSmall(int stride, int width, long row) =>
        new($"a stride of {stride} bytes; a row of {width} pixels needs at least {row}", nameof(stride));

    private static ArgumentException TooShort(ReadOnlySpan<byte> pixels, int width, int height, int stride, long needed) =>
        new($"{pixels.Length} bytes for {width}×{height} pixels with a stride of {stride} bytes; expected at least {needed}",
            nameof(pixels));
}
