namespace MicroExpNet.Training.Detection;

/// <summary>What composed scenes look like.</summary>
public sealed record SceneOptions
{
    private const int MinSide = 16;
    private const int MaxSide = 16_384;
    private const int MaxFaceCount = 1000;

    /// <summary>Columns, 16 to 16,384.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Rows, 16 to 16,384.</summary>
    public int Height { get; init; } = 480;

    /// <summary>Side of the smallest faces, in pixels, 4 or more.</summary>
    public double MinFace { get; init; } = 24;

    /// <summary>Side of the largest faces, in pixels; sizes between are drawn evenly on a logarithmic scale.</summary>
    public double MaxFace { get; init; } = 400;

    /// <summary>Faces in a scene, at most, 0 to 1000; each number up to it is as common as another.</summary>
    public int MaxFaces { get; init; } = 5;

    /// <summary>How common odd light, shadows, blur, strong noise and compression are: a share of the usual, 0 to 1.</summary>
    public double Degradation { get; init; } = 1;

    /// <summary>Throws where a setting is out of its range.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Check()
    {
        if (Width is < MinSide or > MaxSide || Height is < MinSide or > MaxSide)
        {
            throw new ArgumentException($"scenes of {Width}×{Height}; expected {MinSide} to {MaxSide} pixels a side");
        }
        if (!(MinFace >= 4) || !(MaxFace >= MinFace) || !double.IsFinite(MaxFace))
        {
            throw new ArgumentException($"faces of {MinFace} to {MaxFace} pixels; expected 4 or more, the smaller first");
        }
        if (Degradation is not (>= 0 and <= 1)) throw new ArgumentException($"a degradation of {Degradation}; expected 0 to 1");
        if (MaxFaces is < 0 or > MaxFaceCount)
        {
            throw new ArgumentException($"{MaxFaces} faces in a scene at most; expected 0 to {MaxFaceCount}");
        }
    }
}
