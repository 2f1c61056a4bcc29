using MicroExpNet.Checkpoints;
using MicroExpNet.Models;

namespace MicroExpNet.Cli;

/// <summary>Reads a model: an ONNX file, a built-in model by its name, or a TensorFlow checkpoint, which is imported on the fly.</summary>
internal static class ModelSource
{
    /// <summary>The environment variable that names the model where no option does.</summary>
    public const string Variable = "MEXP_MODEL";

    /// <summary>Reads a model.</summary>
    /// <param name="path">An ONNX file; a built-in model's name; a checkpoint's folder, prefix, <c>.index</c> or <c>checkpoint</c>
    /// file.</param>
    /// <param name="exitCode">What the command ends with where it cannot be read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The model and the bytes of its files.</returns>
    /// <exception cref="CommandException">It cannot be read; the message says why.</exception>
    public static (Model Model, long Bytes) Load(string path, int exitCode, CancellationToken cancellationToken = default)
    {
        if (path.Length == 0) throw new CommandException(exitCode, "expected the name of a model or its file; got an empty one");
        if (!IsCheckpoint(path)) return Try(() => (Model.Load(path, cancellationToken), Length(path)), path, exitCode);
        ImportedCheckpoint imported = Import(path, new ImportOptions(), exitCode);
        return (imported.Model, Try(() => Bytes(imported.IndexPath), path, exitCode));
    }

    /// <summary>Whether a path leads to a TensorFlow checkpoint.</summary>
    /// <param name="path">The path.</param>
    public static bool IsCheckpoint(string path) => Checkpoint(path) is not null;

    /// <summary>The files that a model is read from: of a checkpoint, also its index and its data.</summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    public static IEnumerable<string> Files(string path)
    {
        if (path.Length == 0 || Checkpoint(path) is not { } checkpoint) return [path];
        try
        {
            string index = CheckpointLocation.IndexPath(CheckpointLocation.FindPrefix(checkpoint));
            return [path, index, .. Shards(index).Select(file => file.FullName)];
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return [path];
        }
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">Its folder, prefix, <c>.index</c> or <c>checkpoint</c> file.</param>
    /// <param name="options">What its shapes leave open.</param>
    /// <param name="exitCode">What the command ends with where it cannot be read.</param>
    /// <exception cref="CommandException">It cannot be read; the message says why.</exception>
    public static ImportedCheckpoint Import(string path, ImportOptions options, int exitCode) =>
        Try(() => ImportOwn(path, options, exitCode), path, exitCode);

    // What a checkpoint lacks is told by the importer: it is a file that the path does not name.
    private static ImportedCheckpoint ImportOwn(string path, ImportOptions options, int exitCode)
    {
        try
        {
            return CheckpointImporter.Import(Checkpoint(path) ?? path, options);
        }
        catch (FileNotFoundException e) when (e.FileName != path || Directory.Exists(path))
        {
            throw new CommandException(exitCode, e.Message);
        }
    }

    private static T Try<T>(Func<T> read, string path, int exitCode)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            string[] finders = [ShippedModels.DetectorName, ShippedModels.VerifierName];

            // A name without a folder or an ending may have been meant as a built-in model's.
            string hint = e is FileNotFoundException && Path.GetFileName(path) == path && Path.GetExtension(path).Length == 0
                ? $"; built in are {string.Join(", ", ShippedModels.Names.Except(finders))} for expressions, "
                    + $"{string.Join(" and ", finders)} for finding faces"
                : "";
            throw new CommandException(exitCode, Message.Of(e, path) + hint);
        }
    }

    private static long Length(string path)
    {
        if (File.Exists(path)) return new FileInfo(path).Length;
        using Stream builtIn = ShippedModels.Open(path);
        return builtIn.Length;
    }

    private static string? Checkpoint(string path)
    {
        if (Directory.Exists(path) || path.EndsWith(".index", StringComparison.OrdinalIgnoreCase)) return path;
        if (Path.GetFileName(path) == "checkpoint") return Path.GetDirectoryName(Path.GetFullPath(path));
        return !File.Exists(path) && File.Exists(path + ".index") ? path : null;
    }

    private static long Bytes(string indexPath) => new FileInfo(indexPath).Length + Shards(indexPath).Sum(file => file.Length);

    private static IEnumerable<FileInfo> Shards(string indexPath)
    {
        string full = Path.GetFullPath(indexPath);
        string shards = Path.GetFileNameWithoutExtension(full) + ".data-";
        return new DirectoryInfo(Path.GetDirectoryName(full)!).EnumerateFiles()
            .Where(file => file.Name.StartsWith(shards, StringComparison.Ordinal));
    }
}
