namespace MicroExpNet.Files;

/// <summary>
/// A file that is there whole or not at all: written beside its place, flushed to the disk, then moved over what was there. While it is
/// written no other process can write the same file this way. What a killed process leaves, the next that writes the same file takes over.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    /// <summary>How the names of temporary files start.</summary>
    public const string Prefix = ".";

    /// <summary>How the names of temporary files end.</summary>
    public const string Suffix = ".mexp-tmp";

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _isCommitted;

    /// <summary>Opens the file for writing; what is at its place stays there until <see cref="Commit"/>.</summary>
    /// <param name="path">Its place; where it is a link, what the link leads to.</param>
    /// <exception cref="FileInUseException">Another process is writing it.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written there.</exception>
    public AtomicFile(string path)
    {
        _path = Path.GetFullPath(path);
        if (new FileInfo(_path) is { LinkTarget: not null } link) _path = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (Directory.Exists(_path)) throw new IOException($"{path}: it is a folder");
        _temporary = ExclusiveFile.Beside(_path, Prefix, Suffix);
        _stream = ExclusiveFile.Open(_temporary, path);

        // What only its owner may read stays so; the owner may always write, so that the next process can take over what is left.
        if (!OperatingSystem.IsWindows() && File.Exists(_path))
        {
            UnixFileMode mode = File.GetUnixFileMode(_path) | UnixFileMode.UserWrite;

            // File systems without permissions may refuse to set even those that they show.
            if (mode != File.GetUnixFileMode(_temporary)) File.SetUnixFileMode(_temporary, mode);
        }
    }

    /// <summary>Takes the content.</summary>
    public Stream Stream => _stream;

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes.</param>
    /// <inheritdoc cref="AtomicFile(string)" path="/exception"/>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using AtomicFile file = new(path);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Removes from a folder what killed processes left; files that are being written, and locks that are held, stay.</summary>
    /// <param name="folder">The folder.</param>
    public static void RemoveLeftovers(string folder)
    {
        try
        {
            EnumerationOptions ordinary = new() { AttributesToSkip = FileAttributes.ReparsePoint };
            RemoveAbandoned(Directory.GetFiles(folder, $"{Prefix}*{Suffix}", ordinary));
            RemoveAbandoned(Directory.GetFiles(folder, $"{Prefix}*{FileLock.Suffix}", ordinary));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever writes there says what is wrong with it.
        }
    }

    /// <summary>Removes those of files that no process has locked.</summary>
    /// <param name="paths">The files.</param>
    public static void RemoveAbandoned(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            try
            {
                using FileStream unused = new(path, FileMode.Open, FileAccess.Write, ExclusiveFile.Share);
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, gone by now, or not ours to remove.
            }
        }
    }

    /// <summary>Puts the finished file in its place.</summary>
    /// <exception cref="IOException">That cannot be done; what was there is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">That may not be done; what was there is still there.</exception>
    public void Commit()
    {
        _stream.Flush(flushToDisk: true);

        // Moved while it is open and so locked: closed first, another process could take it over in between.
        File.Move(_temporary, _path, overwrite: true);
        _isCommitted = true;
        _stream.Dispose();
    }

    /// <summary>Leaves nothing of a file that was not committed.</summary>
    public void Dispose()
    {
        if (!_isCommitted) TryDelete(_temporary);
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk fails the last flush again; the first failure is the one to report.
        }
    }

    /// <summary>Deletes a file where that is possible.</summary>
    /// <param name="path">The file.</param>
    internal static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is temporary: the next run takes it over.
        }
    }
}
