namespace MicroExpNet.Cli;

/// <summary>A file that is there whole or not at all: written beside its place and moved there at the end.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string? _temporary;
    private readonly FileStream _stream;

    /// <summary>Opens the file for writing; nothing is at its place yet.</summary>
    /// <param name="path">Its place; what is there is replaced at the end.</param>
    /// <exception cref="CommandException">Nothing can be written there.</exception>
    public OutputFile(string path)
    {
        try
        {
            _path = Path.GetFullPath(path);
            if (Directory.Exists(_path)) throw new CommandException(ExitCode.WrongCommand, $"cannot write {path}: it is a folder");

            // Devices are written to, not replaced.
            bool isDevice = !OperatingSystem.IsWindows() && _path.StartsWith("/dev/", StringComparison.Ordinal);
            if (!isDevice)
            {
                if (new FileInfo(_path) is { LinkTarget: not null } link) _path = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
                _temporary = $"{_path}.{Environment.ProcessId}.tmp";
            }

            _stream = new FileStream(_temporary ?? _path, isDevice ? FileMode.Open : FileMode.Create, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"cannot write {path}: {Reason(e)}");
        }
    }

    /// <summary>Takes the content.</summary>
    public Stream Stream => _stream;

    /// <summary>Puts the finished file in its place.</summary>
    /// <exception cref="CommandException">That cannot be done.</exception>
    public void Commit()
    {
        try
        {
            _stream.Dispose();
            if (_temporary is not null) File.Move(_temporary, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"cannot write {_path}: {Reason(e)}");
        }
    }

    /// <summary>Leaves nothing behind of a file that was not committed.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
            if (_temporary is not null) File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk fails the last flush again; the failure that led here is the one to tell.
        }
    }

    private static string Reason(Exception e) => e switch
    {
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "no permission",
        FileNotFoundException => "no file can be made there",
        _ => e.Message,
    };
}
