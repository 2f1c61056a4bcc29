namespace MicroExpNet.Cli.Compare;

/// <summary>The faces of one side of a comparison.</summary>
/// <param name="Name">The file.</param>
internal sealed record ComparedFaces(string Name)
{
    /// <summary>The faces.</summary>
    public required IReadOnlyList<ComparedFace> Faces { get; init; }

    /// <summary>The share of each class where it is known without faces, as of a model's training; null for the faces' own.</summary>
    public IReadOnlyDictionary<string, double>? Shares { get; init; }

    /// <summary>The faces of one group.</summary>
    /// <param name="group">The group.</param>
    public ComparedFaces Of(string group) => this with { Faces = [.. Faces.Where(face => face.Group == group)] };
}
