namespace MicroExpNet.Training.DataSets;

/// <summary>
/// The files below a folder or in a zip archive, without what systems put beside them: hidden files and folders, and the resource forks
/// that macOS packs as <c>__MACOSX/…/._a.png</c>.
/// </summary>
internal abstract class FileSource : IDisposable
{
    /// <summary>Files below the root, as paths with <c>/</c> between folders, in ordinal order.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Folders below the root, in the same form.</summary>
    public abstract IReadOnlyList<string> Folders { get; }

    /// <summary>Files and folders that are not used, and why.</summary>
    public abstract IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>Opens a folder, a zip archive, or a folder inside one (<c>faces.zip/train</c>).</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="maxFileBytes">Maximum size of a file, unpacked.</param>
    /// <param name="cancellationToken">Stops listing and reading.</param>
    /// <exception cref="DataSetFormatException">There is no such folder or archive.</exception>
    /// <exception cref="OperationCanceledException">Listing was stopped.</exception>
    public static FileSource Open(string path, int maxFileBytes, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path)) return new FolderSource(path, maxFileBytes, cancellationToken);
        for (string? archive = path, inside = ""; !string.IsNullOrEmpty(archive); inside = $"{Path.GetFileName(archive)}/{inside}",
            archive = Path.GetDirectoryName(archive))
        {
            if (!File.Exists(archive)) continue;
            if (!FileReading.IsOrdinary(archive))
            {
                throw new DataSetFormatException($"{archive}: empty, or no ordinary file; expected a folder, a zip archive or a table");
            }
            try
            {
                return new ZipSource(archive, inside.TrimEnd('/'), maxFileBytes, cancellationToken);
            }
            catch (InvalidDataException)
            {
                throw new DataSetFormatException($"{path}: neither a folder, a zip archive nor a table of labels");
            }
        }

        throw new DataSetFormatException($"{path}: there is no such folder or file");
    }

    /// <summary>Whether a file or folder is left out by its own name, or that of a folder which it is in.</summary>
    /// <param name="name">A path below the root.</param>
    protected static bool IsHidden(string name) => name.Split('/')
        .Any(part => part == "__MACOSX" || (part.StartsWith('.') && part != "."));

    /// <summary>Reads a file whole.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or larger than the limit.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Reading was stopped.</exception>
    public abstract byte[] Read(string file);

    /// <inheritdoc/>
    public abstract void Dispose();
}
