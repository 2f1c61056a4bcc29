namespace MicroExpNet.Cli.Label;

/// <summary>The kinds of archives, by their names.</summary>
internal static class ArchiveName
{
    /// <summary>Whether a file is an archive that is read.</summary>
    /// <param name="path">The file.</param>
    public static bool Is(string path) => IsZip(path) || path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) || IsCompressed(path);

    /// <summary>Whether it is a zip archive.</summary>
    /// <param name="path">The file.</param>
    public static bool IsZip(string path) => path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is a compressed tar archive.</summary>
    /// <param name="path">The file.</param>
    public static bool IsCompressed(string path) =>
        path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);
}
