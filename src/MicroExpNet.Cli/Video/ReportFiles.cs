using MicroExpNet.Video;
using MicroExpNet.Video.Report;

namespace MicroExpNet.Cli.Video;

/// <summary>Where the reports of films go: <c>index.html</c> for one film, else a page with each film's name.</summary>
internal sealed class ReportFiles
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _pages;

    /// <summary>Makes the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="films">All films.</param>
    /// <exception cref="CommandException">The folder cannot be made.</exception>
    public ReportFiles(string folder, IReadOnlyList<FilmInput> films)
    {
        _folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--report {folder}: {e.Message}");
        }

        _pages = PagesOf(_folder, films);
    }

    /// <summary>The page's path of each film, by the film's name.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="films">All films.</param>
    public static Dictionary<string, string> PagesOf(string folder, IReadOnlyList<FilmInput> films)
    {
        Dictionary<string, string> pages = new(StringComparer.Ordinal);
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (FilmInput film in films)
        {
            string stem = films.Count == 1 ? "index" : Path.GetFileName(film.Spoken), name = stem;
            for (int i = 2; !taken.Add(name); i++) name = $"{stem}-{i}";
            pages[film.Name] = Path.Combine(folder, name + ".html");
        }

        return pages;
    }

    /// <summary>Writes the report of a film.</summary>
    /// <param name="input">The film.</param>
    /// <param name="film">The same, open.</param>
    /// <param name="report">The report.</param>
    /// <returns>The page's path.</returns>
    /// <exception cref="CommandException">The page cannot be written.</exception>
    public string Write(FilmInput input, VideoFile film, VideoReport report)
    {
        string page = _pages[input.Name];

        // A film from standard input, or of pictures, is not there for the page to play.
        if (input.IsStandardInput || !File.Exists(film.Path))
        {
            OutputFile.Write(page, stream => report.Write(stream, film, source: ""));
            return page;
        }

        string relative = Path.GetRelativePath(_folder, Path.GetFullPath(film.Path)).Replace(Path.DirectorySeparatorChar, '/');
        string source = string.Join('/', relative.Split('/').Select(Uri.EscapeDataString));
        OutputFile.Write(page, stream => report.Write(stream, film, source));
        return page;
    }
}
