namespace MicroExpNet.Training.DataSets;

/// <summary>An image or a line of a label file that a data set could not use.</summary>
/// <param name="Name">The file, or the file and line.</param>
/// <param name="Reason">Why, in a few words that many may share, e.g. <c>no majority among its votes</c>.</param>
/// <param name="IsFault">Whether somebody should look at it; false for what the protocol leaves out by rule.</param>
public sealed record SkippedFile(string Name, string Reason, bool IsFault);
