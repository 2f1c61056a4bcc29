namespace MicroExpNet.Training.DataSets;

/// <summary>What a data set's own lists say, before any picture is read.</summary>
/// <param name="Format">How it is laid out.</param>
internal sealed record Listing(string Format)
{
    public List<ListedFace> Faces { get; } = [];

    public List<SkippedFile> Skipped { get; } = [];

    /// <summary>Classes by their folders that hold no picture.</summary>
    public List<string> EmptyClasses { get; } = [];

    public void Skip(string name, string reason, bool isFault = true) => Skipped.Add(new SkippedFile(name, reason, isFault));
}
