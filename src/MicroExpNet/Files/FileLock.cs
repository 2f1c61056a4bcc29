namespace MicroExpNet.Files;

/// <summary>
/// Keeps other processes from working on a file, such as a training's checkpoint, for as long as it is held. A small hidden file beside
/// the other one is locked and, at the end, deleted; one that a killed process left does not lock anything.
/// </summary>
internal sealed class FileLock : IDisposable
{
    /// <summary>How the names of lock files end.</summary>
    public const string Suffix = ".mexp-lock";

    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The file to work on; it need not exist, its folder must.</param>
    /// <exception cref="FileInUseException">Another process, or another lock of this one, holds it.</exception>
    /// <exception cref="IOException">Nothing can be written beside the file.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written beside the file.</exception>
    public FileLock(string path)
    {
        _path = ExclusiveFile.Beside(path, AtomicFile.Prefix, Suffix);
        _stream = ExclusiveFile.Open(_path, path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Deleted before it is released: a lock that somebody takes in between would be on a file that is gone.
        AtomicFile.TryDelete(_path);
        _stream.Dispose();
    }
}
