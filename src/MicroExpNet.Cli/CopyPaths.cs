using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli;

/// <summary>
/// Where copies of inputs go: below one folder, with the inputs' sub-folders kept, no two at one place and none over an input.
/// </summary>
internal sealed class CopyPaths
{
    private readonly Dictionary<PictureInput, string> _paths = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds a place for each input's copy.</summary>
    /// <param name="inputs">The inputs; those that failed get no place.</param>
    /// <param name="option">The option that names the folder, for messages.</param>
    /// <param name="folder">The folder; it is created where an input has a place.</param>
    /// <param name="reserved">Another file of this run that must not be written over.</param>
    /// <param name="copyName">The name of an input's copy, from its path below the folder.</param>
    /// <exception cref="CommandException">The folder cannot be created.</exception>
    public CopyPaths(
        IReadOnlyList<PictureInput> inputs, string option, string folder, string? reserved, Func<PictureInput, string> copyName)
    {
        try
        {
            if (inputs.Any(input => input.Failure is null)) Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"{option} {folder}: {(File.Exists(folder) ? "it is a file" : Message.Of(e, "cannot be created"))}");
        }

        // A link's target is what a copy would be written to. Names that differ only in case are one file on Windows and macOS.
        RealPaths real = new();
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        if (reserved is not null) taken.Add(real.Of(reserved));
        foreach (PictureInput input in inputs)
        {
            if (!input.IsStandardInput && input.Failure is null) taken.Add(real.Of(input.Name));
        }

        foreach (PictureInput input in inputs)
        {
            if (input.Failure is null) _paths[input] = Free(Path.Combine(folder, copyName(input)), taken, real);
        }
    }

    /// <summary>The path of an input's copy.</summary>
    /// <param name="input">One of the inputs that did not fail.</param>
    public string this[PictureInput input] => _paths[input];

    /// <summary>A picture's name with an ending that can be written: animations and bitmaps are read but not written.</summary>
    /// <param name="path">The picture.</param>
    public static string WithWritableExtension(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" ? path : Path.ChangeExtension(path, ".png");

    private static string Free(string path, HashSet<string> taken, RealPaths real)
    {
        string stem = Path.ChangeExtension(path, null);
        string extension = Path.GetExtension(path);
        for (int i = 1; ; i++)
        {
            string candidate = i == 1 ? path : $"{stem}-{i}{extension}";
            if (taken.Add(real.Of(candidate))) return candidate;
        }
    }
}
