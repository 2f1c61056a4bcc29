namespace MicroExpNet.Training.Detection;

/// <summary>What composed scenes look like.</summary>
public sealed record SceneSettings
{
    private const int LeastSide = 16;
    private const int GreatestSide = 16_384;
    private const int MostFaces = 1000;

    /// <summary>Columns, 16 to 16,384.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Rows, 16 to 16,384.</summary>
    public int Height { get; init; } = 480;

    /// <summary>Side of the smallest faces, in pixels, 4 or more.</summary>
    public double MinimumFace { get; init; } = 24;

    /// <summary>Side of the largest faces, in pixels; sizes between are drawn evenly on a logarithmic scale.</summary>
    public double MaximumFace { get; init; } = 400;

    /// <summary>Faces in a scene, at most, 0 to 1000; each number up to it is as common as another.</summary>
    public int MaximumFaces { get; init; } = 5;

    /// <summary>How common odd light, shadows, blur, strong noise and compression are: a share of the usual, 0 to 1.</summary>
    public double Degradation { get; init; } = 1;

    /// <summary>Throws where a setting is out of its range.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Check()
    {
        if (Width is < LeastSide or > GreatestSide || Height is < LeastSide or > GreatestSide) throw new ArgumentException($"scenes of {Width}×{Height}; expected {LeastSide} to {GreatestSide} pixels a side");
        if (!(MinimumFace >= 4) || !(MaximumFace >= MinimumFace) || !double.IsFinite(MaximumFace)) throw new ArgumentException($"faces of {MinimumFace} to {MaximumFace} pixels; expected 4 or more, the smaller first");
        if (Degradation is not (>= 0 and <= 1)) throw new ArgumentException($"a degradation of {Degradation}; expected 0 to 1");
        if (MaximumFaces is < 0 or > MostFaces) throw new ArgumentException($"{MaximumFaces} faces in a scene at most; expected 0 to {MostFaces}");
    }
}
