using System.IO.Enumeration;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Video;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MicroExpNet.Cli.Video;

/// <summary>
/// The films that arguments stand for: files, numbered pictures, the films of folders with their sub-folders by their names' endings,
/// patterns with * and **, and standard input.
/// </summary>
internal static class FilmList
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".f4v", ".3gp", ".3g2",
        ".ogv", ".asf", ".vob", ".mxf", ".dv", ".divx", ".rm", ".rmvb", ".y4m", ".gif",
    };

    /// <summary>Whether a file's name ends as those of films do.</summary>
    /// <param name="path">The file.</param>
    public static bool HasFilmName(string path) => Endings.Contains(Path.GetExtension(path));

    /// <summary>Finds the films.</summary>
    /// <param name="arguments">Files, folders, patterns, <c>-</c>.</param>
    /// <param name="standardInput">The file that holds standard input.</param>
    public static IReadOnlyList<FilmInput> Find(IEnumerable<string> arguments, string standardInput)
    {
        List<FilmInput> films = [];
        foreach (string argument in arguments)
        {
            if (argument == PictureInput.StandardInput) films.Add(new FilmInput(argument, standardInput));
            else if (Directory.Exists(argument)) AddFolder(films, argument);
            else if (!File.Exists(argument) && argument.Contains('*', StringComparison.Ordinal)) AddPattern(films, argument);
            else films.Add(new FilmInput(argument, argument, argument.Length == 0 ? "an empty path" : null));
        }

        return [.. films.DistinctBy(film => film.Name, StringComparer.Ordinal)];
    }

    private static void AddFolder(List<FilmInput> films, string folder) =>
        AddFound(films, folder, Files(folder).Where(path => IsFilm(Path.Join(folder, path))), folder, "the folder holds no film");

    // `*.data` means what it says; `films/*` means the films there.
    private static void AddPattern(List<FilmInput> films, string pattern)
    {
        string[] segments = pattern.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int literal = Array.FindIndex(segments, segment => segment.Contains('*', StringComparison.Ordinal));
        string root = string.Concat(segments[..literal].Select(segment => segment + Path.DirectorySeparatorChar));
        bool isAnyEnding = Path.GetExtension(segments[^1]) is "" or ".*" or ".**";
        Matcher matcher = new(OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
        matcher.AddInclude(string.Join('/', segments[literal..]));
        string folder = root.Length == 0 ? "." : root;
        IEnumerable<string> found = Directory.Exists(folder)
            ? Files(folder).Where(path => matcher.Match(path).HasMatches && (!isAnyEnding || IsFilm(Path.Join(folder, path))))
            : [];
        AddFound(films, root, found, pattern, "no film matches");
    }

    private static void AddFound(List<FilmInput> films, string root, IEnumerable<string> found, string argument, string failure)
    {
        int before = films.Count;
        films.AddRange(found.Select(path => Path.Join(root, path)).Order(StringComparer.Ordinal).Select(path => new FilmInput(path, path)));
        if (films.Count == before) films.Add(new FilmInput(argument, argument, $"{argument}: {failure}"));
    }

    // A picture in WebP is none, nor is a pipe or device, which may keep the run waiting for ever.
    private static bool IsFilm(string path) => (HasFilmName(path) || WebPAnimation.IsAnimation(path)) && !PipeOrDevice.Is(path);

    // All files below a folder, relative to it. Hidden ones are passed over, and links to folders, which may lead in a circle.
    private static FileSystemEnumerable<string> Files(string folder)
    {
        string full = Path.GetFullPath(folder);
        return new FileSystemEnumerable<string>(
            full,
            (ref FileSystemEntry entry) => Path.GetRelativePath(full, entry.ToFullPath()),
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                IgnoreInaccessible = true,
                AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
            })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
    }
}
