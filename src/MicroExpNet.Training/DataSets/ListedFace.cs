using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>A face as a data set's own lists have it, before its picture is read.</summary>
/// <param name="Name">Its name in the data set.</param>
/// <param name="Class">The name of its class, or its number.</param>
internal sealed record ListedFace(string Name, string Class)
{
    /// <summary>The picture's file in the data set's source; a path of its own for label files.</summary>
    public string File { get; init; } = Name;

    /// <summary>The picture, where the list itself holds it.</summary>
    public GrayImage? Image { get; init; }

    public ImmutableArray<float> SoftLabel { get; init; } = [];

    public int? Fold { get; init; }

    public string? Subject { get; init; }
}
