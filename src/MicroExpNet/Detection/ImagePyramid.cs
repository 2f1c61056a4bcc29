using MicroExpNet.Imaging;

namespace MicroExpNet.Detection;

/// <summary>An image pyramid, one level at a time: each level has half the width and height of the one before. The memory is
/// reused.</summary>
internal sealed class ImagePyramid
{
    private byte[] _pixels = [];
    private byte[] _spare = [];

    /// <summary>Columns of the current level.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of the current level.</summary>
    public int Height { get; private set; }

    /// <summary>Columns of the image for one column of the current level.</summary>
    public float ScaleX { get; private set; }

    /// <summary>Rows of the image for one row of the current level.</summary>
    public float ScaleY { get; private set; }

    /// <summary>Grey values of the current level, <c>[height, width]</c>, packed.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Width * Height);

    /// <summary>Bytes of memory held.</summary>
    public long Length => _pixels.Length + _spare.Length;

    /// <summary>Computes the first level: the image is halved as often as possible, then resized.</summary>
    /// <param name="image">The grey image.</param>
    /// <param name="scale">The level's size as a share of the image's, above 0 and at most 1.</param>
    public void Start(ImageView image, double scale)
    {
        (ScaleX, ScaleY) = (1, 1);

        // The first level is the largest, and what was the current one is no longer needed.
        if (_spare.Length < _pixels.Length) (_pixels, _spare) = (_spare, _pixels);
        int width = Math.Max(1, (int)Math.Round(image.Width * scale)), height = Math.Max(1, (int)Math.Round(image.Height * scale));
        if (image.Width >= 2 * width && image.Height >= 2 * height)
        {
            Halve(image);
            while (Width >= 2 * width && Height >= 2 * height) Halve();
            if (Width == width && Height == height) return;
            Resize(Level, width, height);
        }
        else
        {
            Resize(image, width, height);
        }
    }

    /// <summary>Goes on to the next level, of half the size; an odd last column or row is left out.</summary>
    public void Halve() => Halve(Level);

    /// <summary>Mirrors the current level: left becomes right.</summary>
    public void Mirror()
    {
        for (int row = 0; row < Height; row++) _pixels.AsSpan(row * Width, Width).Reverse();
    }

    private ImageView Level => new(_pixels, Width, Height, Width);

    private void Halve(ImageView image)
    {
        int width = image.Width / 2, height = image.Height / 2;
        HalfSize.Average(image, Spare(width * height));
        Advance(width, height, 2, 2);
    }

    private void Resize(ImageView image, int width, int height)
    {
        BilinearResize.Resize(image, Spare(width * height), width, height);
        Advance(width, height, (float)image.Width / width, (float)image.Height / height);
    }

    private Span<byte> Spare(int length)
    {
        if (_spare.Length < length) _spare = GC.AllocateUninitializedArray<byte>(length);
        return _spare.AsSpan(0, length);
    }

    // The scales are products of the factors, not quotients of the sizes: a column that halving leaves out does not stretch the others.
    private void Advance(int width, int height, float scaleX, float scaleY)
    {
        (_pixels, _spare) = (_spare, _pixels);
        (Width, Height) = (width, height);
        (ScaleX, ScaleY) = (ScaleX * scaleX, ScaleY * scaleY);
    }
}
