using MicroExpNet.Cli.Predict;
using MicroExpNet.Cli.Video;
using MicroExpNet.Video;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli.Blur;

/// <summary>The pictures and films that arguments (files, folders, patterns, <c>-</c> for a picture) name.</summary>
internal sealed class BlurInputs
{
    private readonly List<PictureInput> _pictures = [];
    private readonly List<PictureInput> _films = [];
    private readonly List<string> _notes = [];
    private readonly string _output;

    private BlurInputs(string output) => _output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));

    /// <summary>The pictures; what cannot be found is listed too, with the reason.</summary>
    public IReadOnlyList<PictureInput> Pictures => _pictures;

    /// <summary>The films, animated pictures among them.</summary>
    public IReadOnlyList<PictureInput> Films => _films;

    /// <summary>What was passed over, a line for each kind.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Finds pictures and films.</summary>
    /// <param name="arguments">Files, folders, patterns, <c>-</c>.</param>
    /// <param name="output">The folder of the results, which is not read.</param>
    public static BlurInputs Find(IEnumerable<string> arguments, string output)
    {
        BlurInputs inputs = new(output);
        foreach (string argument in arguments) inputs.Add(argument);
        return inputs;
    }

    private void Add(string argument)
    {
        if (File.Exists(argument) && IsFilm(argument))
        {
            _films.Add(new PictureInput(argument, Path.GetFileName(argument)));
            return;
        }

        PictureList found = PictureList.Find([argument], _output);
        _notes.AddRange(found.Notes);
        List<PictureInput> films = argument == PictureInput.StandardInput || File.Exists(argument) ? [] : FindFilms(argument);
        HashSet<string> names = [.. films.Select(film => film.Name)];
        foreach (PictureInput picture in found.Inputs)
        {
            // `*.mp4` names films to the one and files to the other.
            if (names.Contains(picture.Name)) continue;

            // That a folder holds no picture matters only where it holds no film either.
            if (picture.Failure is null) (IsAnimation(picture) ? _films : _pictures).Add(picture);
            else if (films.Count == 0 || picture.Name != argument) _pictures.Add(picture);
        }

        _films.AddRange(films);
    }

    private List<PictureInput> FindFilms(string argument)
    {
        string root = Directory.Exists(argument) ? argument : argument[..Math.Max(0, FirstPatternSegment(argument))];
        if (root.Length == 0) root = ".";
        string? results = OutputBelow(root);
        return [
            .. FilmList.Find([argument], "")
                .Where(film => film.Failure is null && film.Path != argument && IsFilm(film.Path)
                    && (results is null || !Path.GetFullPath(film.Path).StartsWith(results, StringComparison.Ordinal)))
                .Select(film => new PictureInput(film.Name, Path.GetRelativePath(root, film.Path)))];
    }

    // A file of any name that matches a pattern with an ending is a picture.
    private static bool IsFilm(string path) => FilmList.HasFilmName(path) && !Photo.HasPictureName(path);

    private static int FirstPatternSegment(string pattern)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? 0 : pattern.LastIndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], star) + 1;
    }

    // What the paths of earlier results start with, where their folder is a part of what is read. Where it is the whole, or holds it, they
    // cannot be told from inputs.
    private string? OutputBelow(string root)
    {
        string start = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Path.EndsInDirectorySeparator(start)) start += Path.DirectorySeparatorChar;
        return _output.StartsWith(start, StringComparison.Ordinal) ? _output + Path.DirectorySeparatorChar : null;
    }

    // Of these, a photo would show the first frame alone.
    private static bool IsAnimation(PictureInput picture)
    {
        if (picture.IsStandardInput) return false;
        string ending = Path.GetExtension(picture.Name).ToUpperInvariant();
        if (ending is ".PNG" or ".APNG") return AnimatedPng.Is(picture.Name);
        if (ending is not (".GIF" or ".WEBP")) return false;
        using SKCodec? codec = SKCodec.Create(picture.Name);
        return codec is { FrameCount: > 1 };
    }
}
