namespace MicroExpNet.Cli.Video;

/// <summary>The films that paths stand for: files as they are, and the films of folders with their sub-folders, by their names'
/// endings.</summary>
internal static class FilmList
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".3gp", ".3g2", ".ogv",
            ".gif",
    };

    /// <summary>Whether a file's name ends as those of films do.</summary>
    /// <param name="path">The file.</param>
    public static bool HasFilmName(string path) => Endings.Contains(Path.GetExtension(path));

    /// <summary>Finds the films.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <exception cref="CommandException">A folder holds no film.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths)
    {
        List<string> films = [];
        foreach (string path in paths)
        {
            if (!Directory.Exists(path))
            {
                films.Add(path);
                continue;
            }

            string[] found =
            [
                .. Directory.EnumerateFiles(
                    path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
                    .Where(file => Endings.Contains(Path.GetExtension(file)))
                    .Order(StringComparer.Ordinal),
            ];
            if (found.Length == 0) throw new CommandException(ExitCode.WrongCommand, $"{path}: the folder holds no film");
            films.AddRange(found);
        }

        return [.. films.Distinct(StringComparer.Ordinal)];
    }
}
