namespace MicroExpNet.Training.Detection;

/// <summary>A face as YuNet reports it, in pixels of the photo.</summary>
/// <param name="X">Left edge of its box, which is taller than wide: from the hairline to the chin.</param>
/// <param name="Y">Upper edge of its box.</param>
/// <param name="Width">Width of its box.</param>
/// <param name="Height">Height of its box.</param>
/// <param name="Points">Column and row of each of five points: the eyes, the nose's tip and the corners of the mouth, the one further left
/// first.</param>
/// <param name="Score">How sure YuNet is, 0 to 1.</param>
internal sealed record YuNetFace(float X, float Y, float Width, float Height, IReadOnlyList<(float X, float Y)> Points, float Score)
{
    /// <summary>Intersection over union with another face's box.</summary>
    /// <param name="other">The other face.</param>
    public float IntersectionOverUnion(YuNetFace other)
    {
        ArgumentNullException.ThrowIfNull(other);
        float across = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        float down = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        if (across <= 0 || down <= 0) return 0;
        float shared = across * down;
        return shared / ((Width * Height) + (other.Width * other.Height) - shared);
    }

    /// <summary>The face as this library's detectors report it: a square with the same middle, and the eyes.</summary>
    public DetectedFace ToDetectedFace()
    {
        float side = BoxTable.SquareSide(Width, Height), left = X + ((Width - side) / 2), top = Y + ((Height - side) / 2);
        EyePositions eyes = new(Points[0].X, Points[0].Y, Points[1].X, Points[1].Y);
        return new DetectedFace(
            new FaceBox((int)MathF.Round(left), (int)MathF.Round(top), (int)MathF.Round(side), (int)MathF.Round(side)), Score, eyes);
    }
}
