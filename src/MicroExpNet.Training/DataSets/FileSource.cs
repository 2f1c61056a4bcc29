using System.IO.Compression;

namespace MicroExpNet.Training.DataSets;

/// <summary>The files below a folder or in a zip archive.</summary>
internal abstract class FileSource : IDisposable
{
    /// <summary>Paths below the root with <c>/</c> between folders, in ordinal order.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Folders below the root, in the same form.</summary>
    public abstract IReadOnlyList<string> Folders { get; }

    /// <summary>Files that are there more than once, as an archive allows; the first counts.</summary>
    public virtual IReadOnlyList<string> Repeated => [];

    /// <summary>Opens a folder, a zip archive, or a folder inside one (<c>faces.zip/train</c>).</summary>
    /// <exception cref="DataSetFormatException">There is no such folder or archive.</exception>
    public static FileSource Open(string path)
    {
        if (Directory.Exists(path)) return new FolderSource(path);
        for (string? archive = path, inside = ""; !string.IsNullOrEmpty(archive); inside = $"{Path.GetFileName(archive)}/{inside}", archive = Path.GetDirectoryName(archive))
        {
            if (!File.Exists(archive)) continue;
            try
            {
                return new ZipSource(archive, inside.TrimEnd('/'));
            }
            catch (InvalidDataException)
            {
                throw new DataSetFormatException($"{path}: neither a folder, a zip archive nor a label file");
            }
        }

        throw new DataSetFormatException($"{path}: there is no such folder or file");
    }

    /// <summary>All bytes of one file.</summary>
    public abstract byte[] Read(string file);

    public abstract void Dispose();

    private sealed class FolderSource(string root) : FileSource
    {
        public override IReadOnlyList<string> Files { get; } = Below(root, Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories));

        public override IReadOnlyList<string> Folders { get; } = Below(root, Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories));

        public override byte[] Read(string file) => File.ReadAllBytes(Path.Combine(root, file));

        public override void Dispose()
        {
        }

        private static string[] Below(string root, IEnumerable<string> paths) =>
            [.. paths.Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal)];
    }

    private sealed class ZipSource : FileSource
    {
        private readonly ZipArchive _archive;
        private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

        public ZipSource(string archive, string inside)
        {
            _archive = ZipFile.OpenRead(archive);
            string start = inside.Length == 0 ? "" : $"{inside}/";
            List<string> folders = [], repeated = [];
            foreach (ZipArchiveEntry entry in _archive.Entries.Where(entry => entry.FullName.Length > start.Length && entry.FullName.StartsWith(start, StringComparison.Ordinal)))
            {
                string name = entry.FullName[start.Length..];
                if (name.EndsWith('/')) folders.Add(name.TrimEnd('/'));
                else if (!_entries.TryAdd(name, entry)) repeated.Add(name);
            }

            if (_entries.Count == 0 && inside.Length > 0) throw new DataSetFormatException($"{archive}: there is no folder '{inside}' in it");
            Files = [.. _entries.Keys.Order(StringComparer.Ordinal)];
            Folders = folders;
            Repeated = repeated;
        }

        public override IReadOnlyList<string> Files { get; }

        public override IReadOnlyList<string> Folders { get; }

        public override IReadOnlyList<string> Repeated { get; }

        public override byte[] Read(string file)
        {
            using Stream stream = _entries[file].Open();
            using MemoryStream memory = new();
            stream.CopyTo(memory);
            return memory.ToArray();
        }

        public override void Dispose() => _archive.Dispose();
    }
}
