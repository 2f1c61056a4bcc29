using MicroExpNet.Checkpoints;
using MicroExpNet.Models;

namespace MicroExpNet.Cli;

/// <summary>Reads a model from whatever the user has of it: an ONNX file, or a TensorFlow checkpoint that is imported on the fly.</summary>
internal static class ModelSource
{
    /// <summary>The environment variable that names the model where no option does.</summary>
    public const string Variable = "MEXP_MODEL";

    /// <summary>Reads a model.</summary>
    /// <param name="path">An ONNX file; a checkpoint's folder, prefix, <c>.index</c> or <c>checkpoint</c> file.</param>
    /// <param name="exitCode">What the command ends with where it cannot be read.</param>
    /// <returns>The model and the bytes of its files.</returns>
    /// <exception cref="CommandException">It cannot be read; the message says why.</exception>
    public static (Model Model, long Bytes) Load(string path, int exitCode)
    {
        if (Checkpoint(path) is null) return Try(() => (Model.Load(path), new FileInfo(path).Length), path, exitCode);
        ImportedCheckpoint imported = Import(path, new ImportOptions(), exitCode);
        return (imported.Model, Try(() => Bytes(imported.IndexPath), path, exitCode));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">Its folder, prefix, <c>.index</c> or <c>checkpoint</c> file.</param>
    /// <param name="options">What its shapes cannot tell.</param>
    /// <param name="exitCode">What the command ends with where it cannot be read.</param>
    /// <exception cref="CommandException">It cannot be read; the message says why.</exception>
    public static ImportedCheckpoint Import(string path, ImportOptions options, int exitCode) =>
        Try(() => CheckpointImporter.Import(Checkpoint(path) ?? path, options), path, exitCode);

    private static T Try<T>(Func<T> read, string path, int exitCode)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(exitCode, Message.Of(e, path));
        }
    }

    private static string? Checkpoint(string path)
    {
        if (Directory.Exists(path) || path.EndsWith(".index", StringComparison.OrdinalIgnoreCase)) return path;
        if (Path.GetFileName(path) == "checkpoint") return Path.GetDirectoryName(Path.GetFullPath(path));
        return !File.Exists(path) && File.Exists(path + ".index") ? path : null;
    }

    private static long Bytes(string indexPath)
    {
        string full = Path.GetFullPath(indexPath);
        string shards = Path.GetFileNameWithoutExtension(full) + ".data-";
        return new FileInfo(full).Length + new DirectoryInfo(Path.GetDirectoryName(full)!).EnumerateFiles()
            .Where(file => file.Name.StartsWith(shards, StringComparison.Ordinal))
            .Sum(file => file.Length);
    }
}
