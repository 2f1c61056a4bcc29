using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>
/// Where the annotated copies of the pictures go: below one folder, with the inputs' sub-folders kept, no two at one place and none over
/// an input.
/// </summary>
internal sealed class AnnotatedFiles
{
    private readonly Dictionary<PictureInput, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, string> _realFolders = new(StringComparer.Ordinal);

    /// <summary>Finds a place for each picture.</summary>
    /// <param name="inputs">The pictures.</param>
    /// <param name="folder">The folder; it is created.</param>
    /// <param name="reserved">Another file of this run that must not be written over.</param>
    /// <exception cref="CommandException">The folder cannot be created.</exception>
    public AnnotatedFiles(IReadOnlyList<PictureInput> inputs, string folder, string? reserved)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"--annotate {folder}: {(File.Exists(folder) ? "it is a file" : Message.Of(e, "cannot be created"))}");
        }

        // Names that differ only in case are one file on Windows and macOS.
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        if (reserved is not null) taken.Add(RealPath(reserved));
        foreach (PictureInput input in inputs)
        {
            if (!input.IsStandardInput && input.Failure is null) taken.Add(RealPath(input.Name));
        }

        foreach (PictureInput input in inputs)
        {
            if (input.Failure is null) _paths[input] = Free(Path.Combine(folder, WithWritableExtension(input.RelativePath)), taken);
        }
    }

    /// <summary>Writes a picture's annotated copy.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="faces">What was recognised in it.</param>
    /// <param name="input">Which of the inputs it is.</param>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public void Save(Photo photo, IReadOnlyList<ClassifiedFace> faces, PictureInput input)
    {
        string path = _paths[input];
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            PhotoAnnotator.Save(photo, faces, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"its annotated copy cannot be written: {Message.Of(e, path)}", e);
        }
    }

    private string Free(string path, HashSet<string> taken)
    {
        string stem = Path.ChangeExtension(path, null);
        string extension = Path.GetExtension(path);
        for (int i = 1; ; i++)
        {
            string candidate = i == 1 ? path : $"{stem}-{i}{extension}";
            if (taken.Add(RealPath(candidate))) return candidate;
        }
    }

    // Animations and bitmaps are read but not written.
    private static string WithWritableExtension(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" ? path : Path.ChangeExtension(path, ".png");

    // The folder may be reached through a link, and the same picture through another way.
    private string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.GetDirectoryName(full) is string folder ? Path.Combine(RealFolder(folder), Path.GetFileName(full)) : full;
    }

    private string RealFolder(string folder)
    {
        if (_realFolders.TryGetValue(folder, out string? known)) return known;
        string real = folder;
        if (Path.GetDirectoryName(folder) is string parent)
        {
            real = Path.Combine(RealFolder(parent), Path.GetFileName(folder));
            if (new DirectoryInfo(real) is { Exists: true } info
                && info.ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo target)
            {
                real = RealFolder(target.FullName);
            }
        }

        return _realFolders[folder] = real;
    }
}
