using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Files;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>
/// The folder beside an output that holds what was done of each film, until all outputs are written: a run that was killed or stopped goes
/// on from there.
/// </summary>
internal sealed class ProgressFolder
{
    private const string Suffix = ".mexp-progress";

    private readonly string _path;
    private readonly string _output;
    private readonly string _settings;

    /// <summary>Makes the folder, unless it is there.</summary>
    /// <param name="output">The output that it belongs to.</param>
    /// <param name="settings">All that decides the results, but for the films.</param>
    /// <exception cref="CommandException">Nothing can be written beside the output.</exception>
    public ProgressFolder(string output, string settings)
    {
        (_output, _settings) = (output, settings);
        _path = ExclusiveFile.Beside(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)), AtomicFile.Prefix, Suffix);
        try
        {
            Directory.CreateDirectory(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFolder.Failed(_path, e);
        }
    }

    /// <summary>Opens the journal of a film; an empty one if the film or the settings changed.</summary>
    /// <param name="film">The film.</param>
    /// <exception cref="CommandException">Another run has it open, or it cannot be written.</exception>
    public AnalysisJournal Open(FilmInput film)
    {
        byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes($"{film.Name}\n{Path.GetFullPath(film.Path)}"));
        try
        {
            return AnalysisJournal.Open(Path.Join(_path, Convert.ToHexStringLower(name.AsSpan(0, 16))), Fingerprint(film));
        }
        catch (IOException e) when (ExclusiveFile.IsInUse(e))
        {
            throw new CommandException(ExitCode.WrongCommand, $"cannot write {_output}: another run is writing it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Failed(_output, e);
        }
    }

    /// <summary>Deletes the folder, when all outputs are written.</summary>
    public void Delete()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing reads it any more unless the same run is asked for again, which then is done at once.
        }
    }

    /// <summary>Bytes and the last time of writing of a film, or of all the pictures in the folder of numbered ones.</summary>
    /// <param name="path">The film or the pattern.</param>
    internal static (long Bytes, DateTime Written) Stamp(string path)
    {
        if (path.Length == 0 || !PictureSequence.IsPattern(path))
        {
            FileInfo film = new(path.Length == 0 ? "-" : path);
            return (film.Exists ? film.Length : -1, film.LastWriteTimeUtc);
        }

        (long bytes, DateTime written) = (0, DateTime.MinValue);
        DirectoryInfo folder = new(Path.GetDirectoryName(Path.GetFullPath(path))!);
        foreach (FileInfo picture in folder.EnumerateFiles("*" + Path.GetExtension(path)))
        {
            bytes += picture.Length;
            if (picture.LastWriteTimeUtc > written) written = picture.LastWriteTimeUtc;
        }

        return (bytes, written);
    }

    private byte[] Fingerprint(FilmInput film)
    {
        (long bytes, DateTime written) = Stamp(film.Path);
        string version = typeof(ProgressFolder).Module.ModuleVersionId.ToString();
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{version}\n{Path.GetFullPath(film.Path)}\n{bytes}\n{written.Ticks}\n{_settings}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }
}
