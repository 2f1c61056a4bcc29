using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>A labelled face of a <see cref="FaceDataSet"/>. Two samples are equal only if they are the same object.</summary>
/// <param name="Name">Its name, unique in the data set: the path below the data set's root with <c>/</c> between folders, or the
/// row.</param>
/// <param name="Image">The face.</param>
/// <param name="Label">Position of its class in <see cref="FaceDataSet.Labels"/>.</param>
public sealed record FaceSample(string Name, GrayImage Image, int Label)
{
    /// <summary>The soft label, <c>[classes]</c>, 0 or more each, with the sum 1; empty, or <c>default</c>, if only <see cref="Label"/> is
    /// known.</summary>
    public ImmutableArray<float> SoftLabel { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The fold, counted from 1, if the data set says; else null.</summary>
    public int? Fold { get; init; }

    /// <summary>The person in the picture, if the data set says; else null.</summary>
    public string? Subject { get; init; }

    /// <summary>The group, from <see cref="DataSetOptions.GroupColumn"/>; null if the table does not say, or no column was named.</summary>
    public string? Group { get; init; }

    /// <summary>The part, if the data set comes split; else null.</summary>
    public DataPart? Part { get; init; }

    /// <inheritdoc/>
    public bool Equals(FaceSample? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
