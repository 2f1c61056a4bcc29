namespace MicroExpNet.Cli.Label;

/// <summary>A list, an archive or a film of a plan.</summary>
/// <param name="Name">What rows call it.</param>
/// <param name="Path">Where it is: a full path or a URL; for a list that belongs to the plan, its name in the output.</param>
/// <param name="Root">The folder or URL that a list's relative lines are relative to.</param>
/// <param name="IsOwnList">Whether the list belongs to the plan.</param>
internal sealed record PlannedSource(string Name, string Path, string Root, bool IsOwnList);
