using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Files;

namespace MicroExpNet.Cli.Label;

/// <summary>An output in a folder, which several machines may share.</summary>
internal sealed class FolderStore : ILabelStore
{
    // At the file of a try, which other workers read and remove.
    private const int BeginAttempts = 5;

    // At a file that its writer has just put in its place, and is about to unlock.
    private const int ReadAttempts = 50;
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(20);

    // Locks may not reach other machines.
    private static readonly TimeSpan OthersLeftoverAge = TimeSpan.FromHours(1);
    private static readonly string ThisMachine =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName)).AsSpan(0, 4));

    private readonly string _root;

    /// <summary>Uses a folder.</summary>
    /// <param name="path">The folder; it need not exist yet.</param>
    public FolderStore(string path) => (Name, _root) = (path, Path.GetFullPath(path));

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> List(string prefix)
    {
        int end = prefix.LastIndexOf('/') + 1;
        string folder = PathOf(prefix[..end]), start = prefix[end..];
        if (!Directory.Exists(folder)) return [];
        return [.. new FileSystemEnumerable<StoredFile>(
            folder,
            (ref FileSystemEntry entry) => new StoredFile(
                string.Concat(prefix.AsSpan(0, end), entry.FileName), entry.Length, entry.LastWriteTimeUtc.UtcDateTime),
            new EnumerationOptions { AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && entry.FileName.StartsWith(start, StringComparison.Ordinal),
        }];
    }

    /// <inheritdoc/>
    public bool Exists(string name) => File.Exists(PathOf(name));

    /// <inheritdoc/>
    public Stream OpenRead(string name)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(
                    PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
            }
            catch (DirectoryNotFoundException e)
            {
                throw new FileNotFoundException(e.Message, e);
            }
            catch (IOException e) when (attempt < ReadAttempts && ExclusiveFile.IsInUse(e))
            {
                Thread.Sleep(ReadPause);
            }
        }
    }

    /// <inheritdoc/>
    public PendingFile Create(string start)
    {
        string temporary = PathOf(LabelFolders.Temporary);
        Directory.CreateDirectory(temporary);

        return new PendingFile(temporary, $"{start}.{ThisMachine}", (written, name) => Move(written.Name, PathOf(name)));
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (DirectoryNotFoundException)
        {
            // It is gone with its folder.
        }
    }

    /// <inheritdoc/>
    public UnitTries ReadTries(PlannedUnit unit)
    {
        string folder = PathOf(LabelFolders.Tries + unit.Name);
        UnitTries tries = new();
        try
        {
            foreach (string path in Directory.GetFiles(folder)) FileTry.Read(path, tries);
        }
        catch (DirectoryNotFoundException)
        {
            // There was none, or another worker has just committed the unit.
        }

        return tries;
    }

    /// <inheritdoc/>
    public IUnitTry BeginTry(PlannedUnit unit, UnitTries earlier)
    {
        string folder = LabelFolders.Tries + unit.Name;
        for (int attempt = 1; ; attempt++)
        {
            string file = $"{folder}/{Guid.NewGuid():N}{FileTry.Suffix}";
            try
            {
                Directory.CreateDirectory(PathOf(folder));
                return new FileTry(PathOf(file));
            }
            catch (DirectoryNotFoundException) when (attempt < BeginAttempts)
            {
                // Another worker has just finished the unit.
            }
            catch (IOException e) when (attempt < BeginAttempts && ExclusiveFile.IsInUse(e))
            {
                // Another worker read it between its creation and its locking here.
                Delete(file);
            }
        }
    }

    /// <inheritdoc/>
    public void ForgetTries(PlannedUnit unit)
    {
        try
        {
            string folder = PathOf(LabelFolders.Tries + unit.Name), temporary = PathOf(LabelFolders.Temporary);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);

            // Whoever still writes the same unit finds its file gone, and the part there.
            foreach (string path in Directory.GetFiles(temporary, $"{PlannedUnit.PartPrefix}{unit.Name}.*")) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another worker removes the same, or adds to it: what is left over takes room and nothing else.
        }
    }

    /// <inheritdoc/>
    public void RemoveLeftovers()
    {
        string temporary = PathOf(LabelFolders.Temporary);
        if (!Directory.Exists(temporary)) return;

        // Parts go with their units.
        DateTime old = DateTime.UtcNow - OthersLeftoverAge;
        bool IsLeftover(string path) => Path.GetFileName(path) is var name &&
            !name.StartsWith(PlannedUnit.PartPrefix, StringComparison.Ordinal) &&
            (name.Contains($".{ThisMachine}.", StringComparison.Ordinal) || File.GetLastWriteTimeUtc(path) < old);
        AtomicFile.RemoveAbandoned(Directory.GetFiles(temporary).Where(IsLeftover));
    }

    private static void Move(string temporary, string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
        catch (FileNotFoundException) when (File.Exists(path))
        {
            // Another worker has committed the same unit, and removed this file as a leftover.
        }
    }

    private string PathOf(string name) => Path.Join(_root, name);
}
