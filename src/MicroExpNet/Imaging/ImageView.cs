namespace MicroExpNet.Imaging;

/// <summary>8-bit pixels in somebody else's memory, <c>[height, width, channels]</c>, with rows a stride apart. Nothing is copied.</summary>
internal readonly ref struct ImageView
{
    /// <summary>The most channels of a pixel.</summary>
    public const int MaxChannels = 4;

    /// <summary>Describes pixels in memory.</summary>
    /// <param name="pixels">The pixels, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next, at least <paramref name="width"/> × <paramref name="channels"/>.</param>
    /// <param name="channels">Bytes a pixel, 1 to 4.</param>
    /// <exception cref="ArgumentException">A size is out of range or <paramref name="pixels"/> is too short for it.</exception>
    public ImageView(ReadOnlySpan<byte> pixels, int width, int height, int stride, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, MaxChannels);
        long row = (long)width * channels;
        if (stride < row)
        {
            throw new ArgumentException($"a stride of {stride} bytes; a row of {width} pixels needs at least {row}", nameof(stride));
        }

        long needed = ((height - 1L) * stride) + row;
        if (pixels.Length < needed)
        {
            throw new ArgumentException(
                $"{pixels.Length} bytes for {width}×{height} pixels with a stride of {stride}; expected at least {needed}", nameof(pixels));
        }

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

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Bytes a pixel.</summary>
    public int Channels { get; }

    /// <summary>The part of the image inside a box.</summary>
    /// <param name="box">The box; it lies inside the image.</param>
    public ImageView Slice(FaceBox box) =>
        new(Pixels[((box.Y * Stride) + (box.X * Channels))..], box.Width, box.Height, Stride, Channels);
}
