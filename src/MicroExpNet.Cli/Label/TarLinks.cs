using System.Formats.Tar;

namespace MicroExpNet.Cli.Label;

/// <summary>The files of a tar archive, for the links to them. Only archives with links need it.</summary>
internal sealed class TarLinks : IDisposable
{
    private readonly Dictionary<string, TarEntry> _files = new(StringComparer.Ordinal);
    private readonly TarReader _archive;

    /// <summary>Lists the files.</summary>
    /// <param name="archive">The archive, seekable and not compressed; it is disposed of with this object.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public TarLinks(Stream archive)
    {
        _archive = new TarReader(archive);
        try
        {
            // Of two of one name, the last is the one that unpacking leaves.
            while (_archive.GetNextEntry() is { } entry)
            {
                if (IsFile(entry)) _files[WithoutDots(entry.Name)] = entry;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // Whoever reads the archive finds where it is broken; what precedes that can be read.
        }
        catch
        {
            _archive.Dispose();
            throw;
        }
    }

    /// <summary>Whether an entry has content of its own.</summary>
    /// <param name="entry">The entry.</param>
    public static bool IsFile(TarEntry entry) =>
        entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;

    /// <summary>Whether an entry leads to another one.</summary>
    /// <param name="entry">The entry.</param>
    public static bool IsLink(TarEntry entry) => entry.EntryType is TarEntryType.HardLink or TarEntryType.SymbolicLink;

    /// <summary>The file that a link leads to; null where the archive has none.</summary>
    /// <param name="link">The link.</param>
    public TarEntry? Find(TarEntry link)
    {
        // A symbolic link starts from its own folder; one that starts from the root leads out of the archive.
        bool isSymbolic = link.EntryType == TarEntryType.SymbolicLink;
        if (isSymbolic && link.LinkName.StartsWith('/')) return null;
        string folder = isSymbolic ? link.Name[..(link.Name.LastIndexOf('/') + 1)] : "";
        return _files.GetValueOrDefault(WithoutDots(folder + link.LinkName));
    }

    /// <summary>The content of a file that was found, from its start.</summary>
    /// <param name="file">The file.</param>
    public static Stream Open(TarEntry file)
    {
        if (file.DataStream is not { } content) return Stream.Null;
        content.Position = 0;
        return content;
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private static string WithoutDots(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
