using System.IO.Compression;

namespace MicroExpNet.Cli.Detector;

/// <summary>Writes zip archives whose bytes depend on nothing but their content.</summary>
internal static class ReproducibleArchive
{
    // The earliest time that a zip archive can hold.
    private static readonly DateTimeOffset Written = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Adds an entry that says nothing of when it was written.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="name">The entry's name.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <returns>The stream that receives its content.</returns>
    public static Stream OpenNewEntry(this ZipArchive archive, string name, CompressionLevel compression)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, compression);
        entry.LastWriteTime = Written;
        return entry.Open();
    }
}
