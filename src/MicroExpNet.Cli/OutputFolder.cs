using MicroExpNet.Files;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli;

/// <summary>A folder that a command fills: there whole or not at all, and filled by one run at a time.</summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string _path;
    private readonly string _place;
    private readonly FileLock _lock;

    /// <summary>Opens the folder; nothing is at its place yet.</summary>
    /// <param name="path">Its place; what is there must be an empty folder, whose permissions are kept.</param>
    /// <exception cref="CommandException">Something is there, or nothing can be written there.</exception>
    public OutputFolder(string path)
    {
        _path = path;
        _place = RealOf(path);
        CheckEmpty(path);
        WorkPath = ExclusiveFile.Beside(_place, AtomicFile.Prefix, AtomicFile.Suffix);
        try
        {
            _lock = new FileLock(_place);
            UnixFileMode? mode = Directory.Exists(_place) && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(_place) : null;
            CheckReplaceable(path, _place, mode);
            RemoveWork();
            Create(WorkPath, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _lock?.Dispose();
            throw Failed(path, e);
        }
        catch (CommandException)
        {
            _lock?.Dispose();
            throw;
        }
    }

    /// <summary>The folder to write to, until <see cref="Commit"/>.</summary>
    public string WorkPath { get; }

    /// <summary>Makes sure that nothing is at a place but an empty folder.</summary>
    /// <param name="path">The place.</param>
    /// <exception cref="CommandException">Something is there.</exception>
    public static void CheckEmpty(string path)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw new CommandException(ExitCode.WrongCommand, $"--output {path} is there already and not an empty folder");
        }
    }

    /// <summary>The line for a folder that cannot be written.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="failure">What writing it came to.</param>
    public static CommandException Failed(string path, Exception failure) =>
        new(ExitCode.WrongCommand, $"cannot write {path}: {failure switch
        {
            FileInUseException => "another run is writing it",
            DirectoryNotFoundException => "the folder it is to be in does not exist",
            UnauthorizedAccessException => "no permission",
            _ => failure.Message,
        }}");

    /// <summary>Puts the filled folder in its place.</summary>
    /// <exception cref="CommandException">That cannot be done.</exception>
    public void Commit()
    {
        try
        {
            if (Directory.Exists(_place)) Directory.Delete(_place);
            Directory.Move(WorkPath, _place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(_path, e);
        }
    }

    /// <summary>Leaves nothing of a folder that was not committed.</summary>
    public void Dispose()
    {
        try
        {
            RemoveWork();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run on this folder removes it.
        }

        _lock.Dispose();
    }

    // A folder that a link leads to is filled, and the link stays.
    private static string RealOf(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (IOException e)
        {
            throw Failed(path, e);
        }
    }

    // With the permissions of the folder that it takes the place of; never more, not for a moment.
    private static void Create(string path, UnixFileMode? mode)
    {
        if (mode is not { } permissions || OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, permissions);
        File.SetUnixFileMode(path, permissions);
    }

    // Found out before the work is done, not after it.
    private static void CheckReplaceable(string path, string place, UnixFileMode? mode)
    {
        if (!Directory.Exists(place)) return;
        string? reason = place == Path.TrimEndingDirectorySeparator(Environment.CurrentDirectory) ? "it is the current folder" : null;
        try
        {
            if (reason is null)
            {
                Directory.Delete(place);
                Create(place, mode);
            }
        }
        catch (IOException e)
        {
            // A mounted disk's, say.
            reason = e.Message;
        }

        if (reason is not null)
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"--output {path} cannot be replaced ({reason}); name a folder in it");
        }
    }

    private void RemoveWork()
    {
        if (Directory.Exists(WorkPath)) Directory.Delete(WorkPath, recursive: true);
    }
}
