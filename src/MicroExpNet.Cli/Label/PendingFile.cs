using MicroExpNet.Files;

namespace MicroExpNet.Cli.Label;

/// <summary>
/// A file that is being written beside its place; without <see cref="Commit"/>, nothing of it stays. It is locked until it is in its place:
/// one that is not was left by a process that ended.
/// </summary>
internal sealed class PendingFile : IDisposable
{
    /// <summary>How the names of files end that are being written.</summary>
    public const string Suffix = AtomicFile.Suffix;

    private readonly Action<FileStream, string> _commit;
    private readonly FileStream _stream;

    /// <summary>Starts a file.</summary>
    /// <param name="folder">Where it is written.</param>
    /// <param name="start">How its name starts there; no two have the same name.</param>
    /// <param name="commit">Puts the file, still open, in its place, by its name in the output.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public PendingFile(string folder, string start, Action<FileStream, string> commit)
    {
        _commit = commit;
        _stream = Open(folder, start);
    }

    /// <summary>Takes the bytes.</summary>
    public Stream Stream => _stream;

    /// <summary>Flushes the file to the disk and puts it in its place.</summary>
    /// <param name="name">Its name in the output.</param>
    /// <exception cref="IOException">That cannot be done.</exception>
    public void Commit(string name)
    {
        _stream.Flush(flushToDisk: true);
        _commit(_stream, name);
        _stream.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk fails the last flush again; the first failure is the one to report.
        }

        try
        {
            File.Delete(_stream.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It goes with the leftovers.
        }
    }

    private static FileStream Open(string folder, string start)
    {
        const int attempts = 5;
        for (int attempt = 1; ; attempt++)
        {
            string path = Path.Join(folder, $"{start}.{Guid.NewGuid():N}{Suffix}");
            try
            {
                FileStream stream = new(path, FileMode.CreateNew, FileAccess.ReadWrite, ExclusiveFile.Share);
                if (attempt == attempts || ExclusiveFile.IsStillAt(path, stream)) return stream;

                // Between its creation and its locking here another process took it for a leftover.
                stream.Dispose();
            }
            catch (IOException e) when (attempt < attempts && ExclusiveFile.IsInUse(e))
            {
                // As above; that process has it open still.
            }
        }
    }
}
