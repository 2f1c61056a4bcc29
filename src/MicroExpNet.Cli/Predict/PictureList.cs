using System.Globalization;
using MicroExpNet.Cli.Video;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MicroExpNet.Cli.Predict;

/// <summary>The pictures that arguments (files, folders, globs, <c>-</c>) name, in the order of the arguments.</summary>
internal sealed class PictureList
{
    // One level of a folder; hidden files (a Mac's ._photo.jpg, a thumbnail cache) are passed over.
    private static readonly EnumerationOptions OneLevel = new()
    {
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    private const string Film = "a film; mexp video reads films";

    private readonly List<PictureInput> _inputs = [];
    private readonly UnreadPictures _unread = new();
    private readonly string? _excluded;
    private int _annotated;

    private PictureList(string? excludedFolder) =>
        _excluded = excludedFolder is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(excludedFolder));

    /// <summary>The pictures; what cannot be found is listed too, with the reason.</summary>
    public IReadOnlyList<PictureInput> Inputs => _inputs;

    /// <summary>What was passed over, a line for each kind.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (_unread.Line() is { } line) yield return line;
            if (_annotated > 0)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_annotated:N0} annotated {(_annotated == 1 ? "copy" : "copies")} of earlier runs passed over");
            }
        }
    }

    /// <summary>Finds the pictures.</summary>
    /// <param name="arguments">Files, folders, globs, <c>-</c>.</param>
    /// <param name="excludedFolder">A folder that is not looked into: where an earlier run's annotated copies lie.</param>
    public static PictureList Find(IEnumerable<string> arguments, string? excludedFolder)
    {
        PictureList list = new(excludedFolder);
        foreach (string argument in arguments) list.Add(argument);
        return list;
    }

    private void Add(string argument)
    {
        if (argument == PictureInput.StandardInput) _inputs.Add(new PictureInput(argument, "stdin.png"));
        else if (File.Exists(argument)) AddFile(argument);
        else if (Directory.Exists(argument)) AddFolder(argument);
        else if (UnreadableName.Is(argument)) AddFailure(argument, UnreadableName.Reason);
        else if (argument.Contains('*', StringComparison.Ordinal)) AddGlob(argument);
        else if (argument.AsSpan().ContainsAny("?[{")) AddFailure(argument, "no such file or folder; the wildcards are * and **");
        else AddFailure(argument, "no such file or folder");
    }

    private void AddFailure(string argument, string reason) =>
        _inputs.Add(new PictureInput(argument, "", argument.Length == 0 ? "an empty path" : $"{argument}: {reason}"));

    private void AddFile(string path)
    {
        // A shell's pattern names copies too.
        if (IsFilm(path)) AddFailure(path, Film);
        else if (PipeOrDevice.Is(path)) AddFailure(path, PipeOrDevice.Reason);
        else if (AnnotationMark.IsIn(path)) _annotated++;
        else _inputs.Add(new PictureInput(path, Path.GetFileName(path)));
    }

    private static bool IsFilm(string path) => FilmList.HasFilmName(path) && !Photo.HasPictureName(path);

    private void AddFolder(string folder)
    {
        int annotated = _annotated;
        List<PictureInput> found = [];
        foreach ((string path, string? failure) in Walk(folder, "", int.MaxValue))
        {
            string name = Path.Join(folder, path);
            if (failure is not null) found.Add(new PictureInput(name, "", $"{name}: {failure}"));
            else if (!Photo.HasPictureName(path)) _unread.Add(path);
            else if (UnreadableName.Is(name)) found.Add(new PictureInput(name, "", $"{name}: {UnreadableName.Reason}"));
            else if (IsOriginal(name)) found.Add(new PictureInput(name, path));
        }

        if (found.Count == 0 && annotated == _annotated)
        {
            AddFailure(folder, $"no pictures in this folder ({string.Join(' ', Photo.FileExtensions)})");
        }
        _inputs.AddRange(found.OrderBy(input => input.Name, StringComparer.Ordinal));
    }

    private void AddGlob(string glob)
    {
        string[] segments = glob.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int literal = Array.FindIndex(segments, segment => segment.Contains('*', StringComparison.Ordinal));
        string[] pattern = segments[literal..];
        string root = string.Concat(segments[..literal].Select(segment => segment + Path.DirectorySeparatorChar));
        bool isDeep = pattern.Any(segment => segment.Contains("**", StringComparison.Ordinal));

        // `*.data` means what it says; `photos/*` means the pictures there.
        bool anyExtension = Path.GetExtension(pattern[^1]) is "" or ".*" or ".**";
        Matcher matcher = new(OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
        matcher.AddInclude(string.Join('/', pattern));
        int annotated = _annotated;
        List<PictureInput> found = [];
        if (root.Length == 0 || Directory.Exists(root))
        {
            foreach ((string path, string? failure) in Walk(root.Length == 0 ? "." : root, "", isDeep ? int.MaxValue : pattern.Length - 1))
            {
                // As in a shell, a folder that may not be read has nothing that matches.
                if (failure is not null || !matcher.Match(path).HasMatches) continue;
                if (anyExtension && !Photo.HasPictureName(path)) _unread.Add(path);
                else if (UnreadableName.Is(root + path))
                {
                    found.Add(new PictureInput(root + path, "", $"{root + path}: {UnreadableName.Reason}"));
                }
                else if (IsFilm(path)) found.Add(new PictureInput(root + path, "", $"{root + path}: {Film}"));
                else if (IsOriginal(root + path)) found.Add(new PictureInput(root + path, path));
            }
        }

        if (found.Count == 0 && annotated == _annotated) AddFailure(glob, "no picture matches");
        _inputs.AddRange(found.OrderBy(input => input.Name, StringComparer.Ordinal));
    }

    // All files below a folder, relative to it, and the folders that cannot be read, with the reason. Links to folders are not followed:
    // they may lead in a circle.
    private IEnumerable<(string Path, string? Failure)> Walk(string root, string relative, int depth)
    {
        string folder = Path.Join(root, relative);
        if (_excluded is not null && relative.Length > 0 && Path.GetFullPath(folder) == _excluded) yield break;
        FileSystemInfo[] entries;
        string? failure = null;
        try
        {
            entries = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", OneLevel)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            entries = [];
            failure = e is UnauthorizedAccessException ? "no permission to read this folder"
                : UnreadableName.Is(folder) ? UnreadableName.Reason
                : e.Message;
        }

        if (failure is not null) yield return (relative, failure);
        foreach (FileSystemInfo entry in entries)
        {
            string path = Path.Join(relative, entry.Name);
            if (entry is FileInfo) yield return (path, null);
            if (entry is not DirectoryInfo || depth == 0 || entry.Attributes.HasFlag(FileAttributes.ReparsePoint)) continue;
            foreach ((string, string?) below in Walk(root, path, depth - 1)) yield return below;
        }
    }

    // No pipe or device, which may keep the run waiting for ever, and no copy that an earlier run drew.
    private bool IsOriginal(string path)
    {
        if (PipeOrDevice.Is(path)) return false;
        bool isAnnotated = AnnotationMark.IsIn(path);
        if (isAnnotated) _annotated++;
        return !isAnnotated;
    }
}
