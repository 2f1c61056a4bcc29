namespace MicroExpNet.Cli.Label;

/// <summary>A file of an output.</summary>
/// <param name="Name">Its name within the output, with <c>/</c> between folders.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When it was committed, in universal time.</param>
internal readonly record struct StoredFile(string Name, long Length, DateTime Modified);
