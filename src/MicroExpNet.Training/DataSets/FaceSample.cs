using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>One labelled face of a <see cref="FaceDataSet"/>.</summary>
/// <param name="Name">Its name, unique in the data set: the path below the data set's root, with <c>/</c> between folders.</param>
/// <param name="Image">The face.</param>
/// <param name="Label">Position of its class in <see cref="FaceDataSet.Labels"/>.</param>
public sealed record FaceSample(string Name, GrayImage Image, int Label)
{
    /// <summary>The soft label, <c>[classes]</c>, 0 or more each, adding up to 1; empty where only <see cref="Label"/> is known.</summary>
    public ImmutableArray<float> SoftLabel { get; init; } = [];

    /// <summary>The fold it belongs to, where the data set says; counted from 1.</summary>
    public int? Fold { get; init; }

    /// <summary>Who is in the picture, where the data set says.</summary>
    public string? Subject { get; init; }
}
