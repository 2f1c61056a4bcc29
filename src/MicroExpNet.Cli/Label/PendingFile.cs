using MicroExpNet.Files;

namespace MicroExpNet.Cli.Label;

/// <summary>A file that is being written beside its place; without <see cref="Commit"/>, nothing of it stays.</summary>
/// <param name="temporary">Where it is written.</param>
/// <param name="commit">Puts the closed file in its place: where it is written, and its name in the output.</param>
internal sealed class PendingFile(string temporary, Action<string, string> commit) : IDisposable
{
    /// <summary>How the names of files end that are being written.</summary>
    public const string Suffix = AtomicFile.Suffix;

    // Locked for as long as its process lives, but on Windows, which deletes and moves no locked files.
    private readonly FileStream _stream = new(
        temporary, FileMode.CreateNew, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None);

    /// <summary>Takes the bytes.</summary>
    public Stream Stream => _stream;

    /// <summary>Flushes the file to the disk and puts it in its place.</summary>
    /// <param name="name">Its name in the output.</param>
    /// <exception cref="IOException">That cannot be done.</exception>
    public void Commit(string name)
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        commit(temporary, name);
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
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It goes with its unit's leftovers.
        }
    }
}
