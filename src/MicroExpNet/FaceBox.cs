namespace MicroExpNet;

/// <summary>A face's place in a picture, in whole pixels from the upper left corner.</summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">Columns, above 0.</param>
/// <param name="Height">Rows, above 0.</param>
public readonly record struct FaceBox(int X, int Y, int Width, int Height)
{
    /// <summary>Width times height, in pixels.</summary>
    public long Area => (long)Width * Height;

    /// <summary>The part of this box that lies inside a picture; width or height 0 or less where nothing does.</summary>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    public FaceBox Within(int width, int height)
    {
        int left = Math.Max(X, 0);
        int top = Math.Max(Y, 0);
        int right = (int)Math.Min((long)X + Width, width);
        int bottom = (int)Math.Min((long)Y + Height, height);
        return new FaceBox(left, top, right - left, bottom - top);
    }

    /// <summary>How much of what this and another box cover both cover: 0 where they do not touch, 1 where they are the same.</summary>
    /// <param name="other">The other box.</param>
    public double IntersectionOverUnion(FaceBox other)
    {
        long width = Math.Min((long)X + Width, (long)other.X + other.Width) - Math.Max(X, other.X);
        long height = Math.Min((long)Y + Height, (long)other.Y + other.Height) - Math.Max(Y, other.Y);
        if (width <= 0 || height <= 0) return 0;
        long shared = width * height;
        return (double)shared / (Area + other.Area - shared);
    }
}
