using MicroExpNet.Files;

namespace MicroExpNet.Cli.Label;

/// <summary>
/// A file in the machine's temporary folder that is locked as long as the process of a try lives: an object store has no locks, and its
/// notes alone do not show which process has ended.
/// </summary>
internal sealed class TryLock : IDisposable
{
    private const string Prefix = "mexp-try-";

    // What a killed process left; by then its note is old, too.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    private readonly FileStream _file;

    /// <summary>Locks the file.</summary>
    /// <param name="id">The try's name, without folders.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public TryLock(string id) => _file = new FileStream(
        PathOf(id), FileMode.CreateNew, FileAccess.Write, ExclusiveFile.Share, bufferSize: 0);

    /// <summary>Whether the process of a try lives; null where this machine does not know.</summary>
    /// <param name="id">The try's name, without folders.</param>
    public static bool? IsHeld(string id)
    {
        try
        {
            using FileStream file = new(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (ExclusiveFile.IsInUse(e))
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes what killed processes left.</summary>
    public static void RemoveLeftovers()
    {
        DateTime old = DateTime.UtcNow - LeftoverAge;
        AtomicFile.RemoveAbandoned(
            Directory.GetFiles(Path.GetTempPath(), Prefix + "*").Where(path => File.GetLastWriteTimeUtc(path) < old));
    }

    /// <summary>Unlocks and removes the file.</summary>
    public void Dispose()
    {
        AtomicFile.TryDelete(_file.Name);
        _file.Dispose();
    }

    private static string PathOf(string id) => Path.Join(Path.GetTempPath(), Prefix + id);
}
