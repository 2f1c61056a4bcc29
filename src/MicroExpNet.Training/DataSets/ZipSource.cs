using System.IO.Compression;

namespace MicroExpNet.Training.DataSets;

/// <summary>The files in a zip archive, or in a folder of one. Nothing is unpacked to disk.</summary>
internal sealed class ZipSource : FileSource
{
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];
    private readonly int _maxFileBytes;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Lists the files of an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="inside">The folder in it, or empty for all.</param>
    /// <param name="maxFileBytes">Maximum size of a file, unpacked.</param>
    /// <param name="cancellationToken">Stops listing and reading.</param>
    /// <exception cref="InvalidDataException">The file is no archive.</exception>
    /// <exception cref="DataSetFormatException">There is no such folder in it.</exception>
    /// <exception cref="OperationCanceledException">Listing was stopped.</exception>
    public ZipSource(string archive, string inside, int maxFileBytes, CancellationToken cancellationToken)
    {
        _archive = ZipFile.OpenRead(archive);
        _maxFileBytes = maxFileBytes;
        _cancellationToken = cancellationToken;
        try
        {
            string start = inside.Length == 0 ? "" : $"{inside}/";
            List<string> folders = [];
            List<SkippedFile> skipped = [];
            foreach (ZipArchiveEntry entry in _archive.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.FullName.Length <= start.Length || !entry.FullName.StartsWith(start, StringComparison.Ordinal)) continue;
                string name = entry.FullName[start.Length..];
                if (IsHidden(name)) continue;
                if (name.EndsWith('/')) folders.Add(name.TrimEnd('/'));
                else if (!_entries.TryAdd(name, entry)) skipped.Add(new SkippedFile(name, "twice in the archive", IsFault: true));
            }

            if (_entries.Count == 0 && inside.Length > 0)
            {
                throw new DataSetFormatException($"{archive}: there is no folder '{inside}' in it");
            }
            Files = [.. _entries.Keys.Order(StringComparer.Ordinal)];
            Folders = folders;
            Skipped = skipped;
        }
        catch
        {
            _archive.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<string> Files { get; }

    public override IReadOnlyList<string> Folders { get; }

    public override IReadOnlyList<SkippedFile> Skipped { get; }

    public override byte[] Read(string file)
    {
        // The length an entry claims may be wrong; the limit also holds for what is unpacked.
        ZipArchiveEntry entry = _entries[file];
        if (entry.Length > _maxFileBytes) throw new DataSetFormatException($"larger than {_maxFileBytes / 1_000_000:N0} MB");
        using Stream stream = entry.Open();
        byte[] content = FileReading.ReadAll(stream, entry.Length, _maxFileBytes, _cancellationToken);
        return ZipChecksum.Holds(entry, content) ? content : throw new DataSetFormatException(ZipChecksum.Failure);
    }

    public override void Dispose() => _archive.Dispose();
}
