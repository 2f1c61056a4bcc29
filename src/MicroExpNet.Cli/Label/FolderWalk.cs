using System.IO.Enumeration;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Label;

/// <summary>Finds the files below a folder, in ordinal order. Hidden files and links to folders, which may lead in a circle, are passed
/// over.</summary>
/// <param name="root">The folder.</param>
/// <param name="excluded">The full path of a folder that is not looked into.</param>
internal sealed class FolderWalk(string root, string excluded)
{
    private static readonly EnumerationOptions OneLevel = new()
    {
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    private readonly string _root = Path.GetFullPath(root);
    private readonly List<FolderEntry> _found = [];

    /// <summary>Lists the files, and the folders that cannot be read.</summary>
    public IReadOnlyList<FolderEntry> Find()
    {
        Stack<string> folders = new([""]);
        while (folders.TryPop(out string? folder)) Add(folder, folders);
        return [.. _found.OrderBy(entry => entry.Path, StringComparer.Ordinal)];
    }

    private void Add(string folder, Stack<string> folders)
    {
        string full = Path.Join(_root, folder);
        if (folder.Length > 0 && full == excluded) return;
        try
        {
            foreach ((FolderEntry entry, bool isFolder) in Entries(full, folder))
            {
                if (isFolder) folders.Push(entry.Path);
                else _found.Add(entry);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string failure = e is UnauthorizedAccessException ? "no permission to read this folder"
                : UnreadableName.Is(full) ? UnreadableName.Reason
                : e.Message;
            _found.Add(new FolderEntry(folder, 0, default, failure));
        }
    }

    private static FileSystemEnumerable<(FolderEntry Entry, bool IsFolder)> Entries(string full, string folder) => new(
        full,
        (ref FileSystemEntry entry) => entry.IsDirectory
            ? (new FolderEntry(Path.Join(folder, entry.FileName), 0, default), true)
            : (new FolderEntry(Path.Join(folder, entry.FileName), entry.Length, entry.LastWriteTimeUtc.UtcDateTime), false),
        OneLevel)
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.FileName.StartsWith('.')
            && !(entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
    };
}
