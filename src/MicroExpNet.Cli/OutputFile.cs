using MicroExpNet.Files;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli;

/// <summary>A file that a command writes: there whole or not at all, but for devices and pipes, which are written to as they are.</summary>
internal sealed class OutputFile : IDisposable
{
    // Where standard output goes to a file, that file is not replaced: other commands may write to it before and after this one.
    private static readonly string[] StandardOutput = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    private readonly string _path;
    private readonly AtomicFile? _file;
    private readonly Stream? _device;

    /// <summary>Opens the file for writing; nothing is at its place yet, and no other run can open it.</summary>
    /// <param name="path">Its place; what is there is replaced at the end.</param>
    /// <exception cref="CommandException">Nothing can be written there.</exception>
    public OutputFile(string path)
    {
        _path = path;
        try
        {
            if (Directory.Exists(path)) throw new CommandException(ExitCode.WrongCommand, $"cannot write {path}: it is a folder");
            if (StandardOutput.Contains(path) && !OperatingSystem.IsWindows())
            {
                _device = Console.OpenStandardOutput();
                return;
            }

            if (PipeOrDevice.LeadsSomewhere(path) && !OrdinaryFile.Is(path))
            {
                _device = new FileStream(path, FileMode.Open, FileAccess.Write);
                return;
            }

            AtomicFile.RemoveLeftovers(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _file = new AtomicFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Takes the content.</summary>
    public Stream Stream => _file?.Stream ?? _device!;

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="write">Writes the content.</param>
    /// <returns>Its length in bytes; 0 for a device.</returns>
    /// <exception cref="CommandException">That cannot be done.</exception>
    public static long Write(string path, Action<Stream> write)
    {
        using OutputFile file = new(path);
        try
        {
            write(file.Stream);
        }
        catch (IOException e) when (e.HResult != CommandLine.BrokenPipe)
        {
            throw Failed(path, e);
        }

        long length = file._file is null ? 0 : file.Stream.Length;
        file.Commit();
        return length;
    }

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="CommandException">That cannot be done.</exception>
    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    /// <summary>The path of a file next to an output: its name with a suffix, shortened where it would be too long.</summary>
    /// <param name="path">The output.</param>
    /// <param name="suffix">The addition.</param>
    public static string Beside(string path, string suffix) =>
        Path.Join(Path.GetDirectoryName(path), Path.GetFileName(ExclusiveFile.Beside(path, "", suffix)));

    /// <summary>Makes sure, before the work, that a file can be written; nothing is written yet.</summary>
    /// <param name="path">Its place.</param>
    /// <exception cref="CommandException">It cannot.</exception>
    public static void Check(string path)
    {
        using OutputFile _ = new(path);
    }

    /// <summary>Makes sure that an output's name says that it is a PNG file.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Its place.</param>
    /// <exception cref="CommandException">It does not.</exception>
    public static void CheckPng(string option, string path)
    {
        if (Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase)) return;
        throw new CommandException(ExitCode.WrongCommand, $"{option} {path}: expected a name that ends in .png");
    }

    /// <summary>Makes sure, before the work, that no output replaces what is read, or another output.</summary>
    /// <param name="written">The options that name outputs, and the files; null for those that are not written.</param>
    /// <param name="read">Files and folders that are read; null for those that are not given.</param>
    /// <param name="dataSets">Data sets that are read: where one is a table, with the pictures that it names.</param>
    /// <exception cref="CommandException">One does.</exception>
    public static void CheckApart(
        IEnumerable<(string Option, string? Path)> written, IEnumerable<string?> read, IEnumerable<string?>? dataSets = null)
    {
        string[] tables = [.. (dataSets ?? []).OfType<string>().Where(path => path.Length > 0)];
        Lazy<(string Name, string Real)[]> inputs = new(() =>
        {
            RealPaths paths = new();
            return [.. read.OfType<string>().Where(path => path.Length > 0).Concat(tables).Select(path => (path, paths.Of(path)))];
        });
        Lazy<Dictionary<string, string>> pictures = new(() => PicturesOf(tables));
        Dictionary<string, string> taken = [];
        foreach ((string option, string? path) in written)
        {
            if (string.IsNullOrEmpty(path)) continue;
            string real = RealOf(path);

            // What is not there cannot be replaced: a built-in model's name may be that of an output.
            foreach ((string name, string input) in File.Exists(real) ? inputs.Value : [])
            {
                // A folder in an archive is named after it: faces.zip/train.
                bool isInput = real == input || IsIn(input, real), isInInput = IsIn(real, input);
                if (isInput || isInInput) throw Replaced(option, path, isInInput ? $"a file of {name}" : name);
            }

            if (File.Exists(real) && pictures.Value.TryGetValue(real, out string? table))
            {
                throw Replaced(option, path, $"a picture of {table}");
            }

            if (!taken.TryAdd(real, option))
            {
                throw new CommandException(ExitCode.WrongCommand, $"{option} {path}: {taken[real]} writes this file, too; name another");
            }
        }
    }

    private static CommandException Replaced(string option, string path, string input) =>
        new(ExitCode.WrongCommand, $"{option} {path}: {input}, which is read, would be replaced; name another file");

    // The files of the pictures that tables name, each with its table.
    private static Dictionary<string, string> PicturesOf(IEnumerable<string> tables)
    {
        Dictionary<string, string> pictures = [];
        RealPaths paths = new();
        foreach (string table in tables)
        {
            foreach (string picture in TableReader.Pictures(table)) pictures.TryAdd(paths.Of(picture), table);
        }

        return pictures;
    }

    private static bool IsIn(string path, string folder) =>
        path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string RealOf(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (IOException e)
        {
            throw new CommandException(ExitCode.WrongCommand, e.Message);
        }
    }

    /// <summary>Puts the finished file in its place.</summary>
    /// <exception cref="CommandException">That cannot be done.</exception>
    public void Commit()
    {
        try
        {
            _device?.Dispose();
            _file?.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(_path, e);
        }
    }

    /// <summary>Deletes what was written of a file that was not committed.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        try
        {
            _device?.Dispose();
        }
        catch (IOException)
        {
            // /dev/full fails the last flush again; the failure that led here is the one to report.
        }
    }

    /// <summary>The line for a file that cannot be written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="failure">What writing it came to.</param>
    public static CommandException Failed(string path, Exception failure) =>
        new(ExitCode.WrongCommand, $"cannot write {path}: {failure switch
        {
            DirectoryNotFoundException => "its folder does not exist",
            UnauthorizedAccessException => "no permission",
            FileNotFoundException => "no file can be made there",
            FileInUseException => "another run is writing it",
            _ => failure.Message,
        }}");
}
