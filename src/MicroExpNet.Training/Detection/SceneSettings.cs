namespace MicroExpNet.Training.Detection;

/// <summary>What composed scenes look like.</summary>
public sealed record SceneSettings
{
    /// <summary>Columns, 16 or more.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Rows, 16 or more.</summary>
    public int Height { get; init; } = 480;

    /// <summary>Side of the smallest faces, in pixels.</summary>
    public double MinimumFace { get; init; } = 24;

    /// <summary>Side of the largest faces, in pixels; sizes between are drawn evenly on a logarithmic scale.</summary>
    public double MaximumFace { get; init; } = 400;

    /// <summary>Faces in a scene, at most; each number up to it is as common as another.</summary>
    public int MaximumFaces { get; init; } = 5;

    /// <summary>Throws where a setting is out of its range.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Check()
    {
        if (Width < 16 || Height < 16) throw new ArgumentException($"scenes of {Width}×{Height}; expected 16 pixels a side or more");
        if (!(MinimumFace >= 4) || !(MaximumFace >= MinimumFace)) throw new ArgumentException($"faces of {MinimumFace} to {MaximumFace} pixels; expected 4 or more, the smaller first");
        if (MaximumFaces < 0) throw new ArgumentException($"{MaximumFaces} faces in a scene at most; expected 0 or more");
    }
}
