using System.Collections.Concurrent;
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
    private const int SampleLength = 64 * 1024, SampleCount = 5;

    private readonly string _path;
    private readonly string _output;
    private readonly string _settings;

    // A film may change while others are analysed: its rows are those of the journal all the same.
    private readonly ConcurrentDictionary<string, byte[]> _fingerprints = [];

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
        string path = PathOf(film);
        try
        {
            return AnalysisJournal.Open(path, _fingerprints.GetOrAdd(path, _ => Fingerprint(film)));
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

    /// <summary>Whether there is a journal of a film.</summary>
    /// <param name="film">The film.</param>
    public bool Holds(FilmInput film) => film.Path.Length > 0 && File.Exists(PathOf(film));

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

    /// <summary>What tells a film, or numbered pictures, from others of the same name: sizes, times of writing, and some of a film's
    /// bytes, since copies may keep both.</summary>
    /// <param name="path">The film or the pattern.</param>
    internal static string Stamp(string path)
    {
        if (path.Length == 0 || !PictureSequence.IsPattern(path))
        {
            FileInfo film = new(path.Length == 0 ? "-" : path);
            return film.Exists ? $"{StampOf(film)} {Sample(film)}" : "";
        }

        DirectoryInfo folder = new(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return string.Join(
            '\n',
            folder.EnumerateFiles("*" + Path.GetExtension(path)).OrderBy(picture => picture.Name, StringComparer.Ordinal)
                .Select(picture => $"{picture.Name} {StampOf(picture)}"));
    }

    private static string StampOf(FileInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}");

    private static string Sample(FileInfo film)
    {
        byte[] bytes = new byte[SampleLength * SampleCount];
        int read = 0;
        using FileStream stream = film.OpenRead();
        for (int i = 0; i < SampleCount; i++)
        {
            stream.Position = Math.Max(0, film.Length - SampleLength) * i / (SampleCount - 1);
            read += stream.ReadAtLeast(bytes.AsSpan(read, SampleLength), SampleLength, throwOnEndOfStream: false);
        }

        return Convert.ToHexString(SHA256.HashData(bytes.AsSpan(0, read)));
    }

    private string PathOf(FilmInput film)
    {
        byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes($"{film.Name}\n{Path.GetFullPath(film.Path)}"));
        return Path.Join(_path, Convert.ToHexStringLower(name.AsSpan(0, 16)));
    }

    private byte[] Fingerprint(FilmInput film)
    {
        string version = typeof(ProgressFolder).Module.ModuleVersionId.ToString();
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{version}\n{Path.GetFullPath(film.Path)}\n{Stamp(film.Path)}\n{_settings}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }
}
