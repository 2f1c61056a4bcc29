using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Video;

/// <summary>
/// A film from standard input, stored in a temporary file while it is needed: containers such as MP4 often have their index at the end, and
/// an annotated copy decodes the film twice.
/// </summary>
internal sealed class StandardInputFilm : IDisposable
{
    private StandardInputFilm(string path) => Path = path;

    /// <summary>The file; empty where standard input was not asked for.</summary>
    public string Path { get; }

    /// <summary>Reads standard input to its end, where it was asked for.</summary>
    /// <param name="arguments">Films, among them <c>-</c> or not.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CommandException">It cannot be read or stored, or is asked for twice.</exception>
    public static async Task<StandardInputFilm> ReadAsync(
        IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        int times = arguments.Count(argument => argument == PictureInput.StandardInput);
        if (times == 0) return new StandardInputFilm("");
        if (times > 1)
        {
            throw new CommandException(ExitCode.WrongCommand, "- is given twice; standard input can be read only once");
        }

        StandardInputFilm film = new(System.IO.Path.Join(System.IO.Path.GetTempPath(), $"mexp-{Guid.NewGuid():N}.film"));
        try
        {
            await using FileStream file = new(film.Path, FileMode.CreateNew, FileAccess.Write);
            await terminal.Input.CopyToAsync(file, cancellationToken);
            return film;
        }
        catch (Exception e)
        {
            film.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandException(ExitCode.WrongCommand, $"standard input: cannot be stored in {film.Path}: {e.Message}");
            }

            throw;
        }
    }

    /// <summary>Deletes the file.</summary>
    public void Dispose()
    {
        if (Path.Length > 0) File.Delete(Path);
    }
}
