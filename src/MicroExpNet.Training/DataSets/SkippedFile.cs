namespace MicroExpNet.Training.DataSets;

/// <summary>A picture, or a row of a table, that a data set does not use.</summary>
/// <param name="Name">The file, or the table and row.</param>
/// <param name="Reason">Why, in a few words that many may share, e.g. <c>no expression has more than half of its votes</c>.</param>
/// <param name="IsFault">Whether somebody should look at it; false for what the data set's protocol leaves out.</param>
public sealed record SkippedFile(string Name, string Reason, bool IsFault);
