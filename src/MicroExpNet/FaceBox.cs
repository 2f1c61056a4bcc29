namespace MicroExpNet;

/// <summary>A face's box in an image, in whole pixels from the upper left corner.</summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct FaceBox(int X, int Y, int Width, int Height)
{
    /// <summary>Width times height, in pixels.</summary>
    public long Area => (long)Width * Height;

    /// <summary>The part of this box that lies inside an image; its width or height is 0 or less if none does.</summary>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public FaceBox ClippedTo(int width, int height)
    {
        int left = Math.Max(X, 0);
        int top = Math.Max(Y, 0);
        int right = (int)Math.Max(Math.Min((long)X + Width, width), 0);
        int bottom = (int)Math.Max(Math.Min((long)Y + Height, height), 0);
        return new FaceBox(left, top, right - left, bottom - top);
    }

    /// <summary>Intersection over union (IoU) of this box and another: 0 if they do not touch, 1 if they are the same.</summary>
    /// <param name="other">The other box.</param>
    public double IntersectionOverUnion(FaceBox other)
    {
        long width = Math.Min((long)X + Width, (long)other.X + other.Width) - Math.Max(X, other.X);
        long height = Math.Min((long)Y + Height, (long)other.Y + other.Height) - Math.Max(Y, other.Y);
        if (width <= 0 || height <= 0) return 0;
        long intersection = width * height;
        return intersection / ((double)Area + other.Area - intersection);
    }
}
