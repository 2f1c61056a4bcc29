namespace MicroExpNet.Imaging;

/// <summary>The source of a resized pixel along one axis: two neighbours and their 11-bit weights.</summary>
internal readonly struct Tap(int first, int second, int firstWeight, int secondWeight)
{
    // A weight of 1.
    private const float One = 2048;

    /// <summary>The first neighbour, inside the source.</summary>
    public int First { get; init; } = first;

    /// <summary>The second neighbour, inside the source; the first again at the edge.</summary>
    public int Second { get; init; } = second;

    /// <summary>0 to 2048.</summary>
    public int FirstWeight { get; init; } = firstWeight;

    /// <summary>0 to 2048.</summary>
    public int SecondWeight { get; init; } = secondWeight;

    /// <summary>The source's pixels for one of the result, rounded as OpenCV does.</summary>
    /// <param name="length">The source's pixels along an axis.</param>
    /// <param name="resizedLength">The result's pixels along it.</param>
    public static double Scale(int length, int resizedLength) => 1 / ((double)resizedLength / length);

    /// <summary>The tap of a pixel, in OpenCV's mix of double and single precision: its rounding decides between neighbouring
    /// weights.</summary>
    /// <param name="index">The pixel's index in the result.</param>
    /// <param name="length">The source's pixels along this axis.</param>
    /// <param name="scale">The source's pixels for one of the result, see <see cref="Scale"/>.</param>
    public static Tap At(int index, int length, double scale)
    {
        float position = (float)((index + 0.5) * scale - 0.5);
        int first = (int)MathF.Floor(position);
        float fraction = position - first;

        return new Tap(
            Math.Clamp(first, 0, length - 1),
            Math.Clamp(first + 1, 0, length - 1),
            (int)MathF.Round((1 - fraction) * One),
            (int)MathF.Round(fraction * One));
    }

    /// <summary>The tap with all weight on one pixel where both neighbours are the same; OpenCV does this for columns, not for
    /// rows.</summary>
    public Tap AtEdge() => First == Second ? this with { FirstWeight = (int)One, SecondWeight = 0 } : this;
}
