using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>A face in a data set's own lists, before its picture is read.</summary>
/// <param name="Name">Its name in the data set.</param>
/// <param name="Label">Its label as it is written: a name or a number.</param>
internal sealed record ListedFace(string Name, string Label)
{
    /// <summary>The picture's file below the data set's root; for label files a path of its own.</summary>
    public string File { get; init; } = Name;

    /// <summary>The picture, if the list itself holds it.</summary>
    public GrayImage? Image { get; init; }

    /// <summary>The soft label, <c>[classes]</c>; empty if there is none.</summary>
    public ImmutableArray<float> SoftLabel { get; init; } = [];

    /// <summary>The fold, counted from 1, if the data set says.</summary>
    public int? Fold { get; init; }

    /// <summary>The person, if the data set says.</summary>
    public string? Subject { get; init; }

    /// <summary>The group, if a column of groups was named.</summary>
    public string? Group { get; init; }

    /// <summary>The part, if the data set comes split.</summary>
    public DataPart? Part { get; init; }
}
