namespace MicroExpNet.Cli.Label;

/// <summary>A file below a folder; or a folder there that cannot be read.</summary>
/// <param name="Path">Its path, relative to the folder that was looked into.</param>
/// <param name="Length">The file's bytes.</param>
/// <param name="Modified">When the file was changed last.</param>
/// <param name="Failure">Why the folder cannot be read; null for a file.</param>
internal readonly record struct FolderEntry(string Path, long Length, DateTime Modified, string? Failure = null);
