using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// The files below a folder. Links are followed, but no folder and no file counts twice: folders and files that are there themselves come
/// first, then links, in ordinal order; a link to what is listed already is skipped. So links may form loops.
/// </summary>
internal sealed class FolderSource : FileSource
{
    private readonly string _root;
    private readonly int _maxFileBytes;
    private readonly CancellationToken _cancellationToken;
    private readonly List<string> _files = [];
    private readonly List<string> _folders = [];
    private readonly List<SkippedFile> _skipped = [];

    /// <summary>Lists the files below a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="maxFileBytes">Maximum size of a file.</param>
    /// <param name="cancellationToken">Stops listing and reading.</param>
    /// <exception cref="OperationCanceledException">Listing was stopped.</exception>
    /// <exception cref="DataSetFormatException">The folder may not be read; one below it is skipped.</exception>
    public FolderSource(string root, int maxFileBytes, CancellationToken cancellationToken)
    {
        _root = root;
        _maxFileBytes = maxFileBytes;
        _cancellationToken = cancellationToken;
        List();
        _files.Sort(StringComparer.Ordinal);
        _folders.Sort(StringComparer.Ordinal);
    }

    public override IReadOnlyList<string> Files => _files;

    public override IReadOnlyList<string> Folders => _folders;

    public override IReadOnlyList<SkippedFile> Skipped => _skipped;

    public override byte[] Read(string file) => FileReading.ReadAll(Path.Combine(_root, file), _maxFileBytes, _cancellationToken);

    public override void Dispose()
    {
    }

    private void List()
    {
        string start = RealPath.Of(_root);
        HashSet<string> known = [start];
        Stack<(string Name, string Real)> folders = new([("", start)]);
        SortedDictionary<string, string> links = new(StringComparer.Ordinal);
        while (folders.Count > 0 || links.Count > 0)
        {
            while (folders.TryPop(out (string Name, string Real) folder)) ListFolder(folder.Name, folder.Real, known, folders, links);
            if (links.Count == 0) break;
            (string name, string path) = links.First();
            links.Remove(name);
            Follow(name, path, known, folders);
        }
    }

    private void ListFolder(
        string name, string real, HashSet<string> known, Stack<(string Name, string Real)> folders, SortedDictionary<string, string> links)
    {
        const string closed = "no permission to read this folder";
        try
        {
            ListEntries(name, real, known, folders, links);
            if (name.Length > 0) _folders.Add(name);
        }
        catch (UnauthorizedAccessException e)
        {
            if (name.Length == 0) throw new DataSetFormatException($"{_root}: {closed}", e);
            _skipped.Add(new SkippedFile(name, closed, IsFault: true));
        }
    }

    private void ListEntries(
        string name, string real, HashSet<string> known, Stack<(string Name, string Real)> folders, SortedDictionary<string, string> links)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(real)
            .EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (IsHidden(entry.Name)) continue;
            string entryName = name.Length == 0 ? entry.Name : $"{name}/{entry.Name}", path = Path.Combine(real, entry.Name);
            if (entry.LinkTarget is not null)
            {
                links.Add(entryName, path);
            }
            else if (UnreadableName.Is(path))
            {
                _skipped.Add(
                    new SkippedFile(
                        entryName, UnreadableName.Reason, IsFault: entry is DirectoryInfo || Photo.HasPictureName(entryName)));
            }
            else if (!known.Add(path))
            {
                // Below a link to a folder that holds what is listed already.
                _skipped.Add(new SkippedFile(entryName, "listed already under another name", IsFault: false));
            }
            else if (entry is DirectoryInfo)
            {
                folders.Push((entryName, path));
            }
            else
            {
                AddFile(entryName, path);
            }
        }
    }

    private void Follow(string name, string path, HashSet<string> known, Stack<(string Name, string Real)> folders)
    {
        string real;
        try
        {
            real = RealPath.Of(path);
        }
        catch (IOException)
        {
            _skipped.Add(new SkippedFile(name, "a link that leads nowhere", IsFault: Photo.HasPictureName(name)));
            return;
        }

        bool isFolder = Directory.Exists(real);
        if (!isFolder && !File.Exists(real))
        {
            _skipped.Add(new SkippedFile(name, "a link that leads nowhere", IsFault: Photo.HasPictureName(name)));
        }
        else if (!known.Add(real))
        {
            _skipped.Add(new SkippedFile(name, "listed already under another name", IsFault: false));
        }
        else if (isFolder)
        {
            folders.Push((name, real));
        }
        else
        {
            AddFile(name, real);
        }
    }

    private void AddFile(string name, string path)
    {
        if (FileReading.IsOrdinary(path)) _files.Add(name);
        else _skipped.Add(new SkippedFile(name, "empty, or no ordinary file", IsFault: Photo.HasPictureName(name)));
    }
}
