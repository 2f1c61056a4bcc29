namespace MicroExpNet.Training.Detection;

/// <summary>How much of a laid picture is seen at each place: all of it inside an oval or a box, fading out towards its edge.</summary>
/// <param name="RadiusX">From the middle to the edge, along the width.</param>
/// <param name="RadiusY">From the middle to the edge, along the height.</param>
/// <param name="Feather">Width of the fading edge, as a share of the radius.</param>
/// <param name="IsBox">Whether it is a box.</param>
internal readonly record struct Mask(double RadiusX, double RadiusY, double Feather, bool IsBox)
{
    /// <summary>Nothing is hidden.</summary>
    public static Mask Everything { get; } = new(0, 0, 0, IsBox: true);

    /// <summary>Everything is seen, half through.</summary>
    public static Mask Half { get; } = new(double.MaxValue, double.MaxValue, 2, IsBox: true);

    /// <summary>Its middle in the scene.</summary>
    public double X { get; init; }

    /// <summary>Its middle in the scene.</summary>
    public double Y { get; init; }

    /// <summary>Cosine of its tilt.</summary>
    public double Cos { get; init; }

    /// <summary>Sine of its tilt.</summary>
    public double Sin { get; init; }

    /// <summary>Over what share of its width the picture also fades out at its own edges, past which there is nothing to draw; 0 where it
    /// is drawn past them.</summary>
    public double EdgeFade { get; init; }

    /// <summary>How much is seen at a place of the scene, 0 to 1.</summary>
    public float At(double x, double y)
    {
        if (RadiusX == 0) return 1;
        double dx = x - X, dy = y - Y, across = ((dx * Cos) + (dy * Sin)) / RadiusX, down = ((dy * Cos) - (dx * Sin)) / RadiusY;
        double distance = IsBox ? Math.Max(Math.Abs(across), Math.Abs(down)) : Math.Sqrt((across * across) + (down * down));
        return (float)Math.Clamp((1 - distance) / Feather, 0, 1);
    }
}
