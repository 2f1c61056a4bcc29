using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>What a data set's own lists say, before any picture is read.</summary>
/// <param name="Format">The name of its layout.</param>
internal sealed record Listing(string Format)
{
    /// <summary>The faces, in order.</summary>
    public List<ListedFace> Faces { get; } = [];

    /// <summary>Files and rows that are not used.</summary>
    public List<SkippedFile> Skipped { get; } = [];

    /// <summary>What to know of the list, a line each.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Names of class folders without pictures.</summary>
    public List<string> EmptyClasses { get; } = [];

    /// <summary>What numbers as labels mean by the format itself; empty if it does not say.</summary>
    public ImmutableArray<string> NumberedClasses { get; init; } = [];

    /// <summary>Notes a file or row that is not used.</summary>
    public void Skip(string name, string reason, bool isFault = true) => Skipped.Add(new SkippedFile(name, reason, isFault));
}
