using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using MicroExpNet.Cli.Video;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Label;

/// <summary>Reads the pictures of a unit, as a stream: nothing is unpacked.</summary>
/// <param name="plan">The plan of the unit.</param>
/// <param name="store">Holds the plan's own lists.</param>
/// <param name="files">Bounds the memory of files out of archives.</param>
internal sealed class UnitReader(UnitPlan plan, ILabelStore store, MemoryBudget files)
{
    /// <summary>The longest file of a picture.</summary>
    public const long MaxFileBytes = 128_000_000;

    /// <summary>Reads the pictures and films in order.</summary>
    /// <param name="unit">The unit.</param>
    /// <exception cref="CommandException">The list cannot be read.</exception>
    public IEnumerable<UnitPicture> Read(PlannedUnit unit)
    {
        PlannedSource source = plan.Sources[unit.Source];
        return unit.Kind switch
        {
            UnitKind.Lines => ReadLines(unit, source),
            UnitKind.Archive => ReadArchive(source),
            _ => [new UnitPicture(0, source.Name, source.Path)],
        };
    }

    private IEnumerable<UnitPicture> ReadLines(PlannedUnit unit, PlannedSource source)
    {
        byte[] content = ReadList(unit, source);
        using StringReader lines = new(Encoding.UTF8.GetString(content));
        int number = 0;
        while (lines.ReadLine() is { } line)
        {
            line = line.TrimStart('\uFEFF');
            if (line.Length == 0) continue;
            string name = source.IsOwnList ? ListLine.Decode(line) : line;
            yield return name.Contains('\0', StringComparison.Ordinal)
                ? new UnitPicture(number++, name, null, Failure: Message.OneLine($"{name}: a NUL character in it; expected a path or URL"))
                : new UnitPicture(number++, name, Locate(name, source.Root));
        }
    }

    private byte[] ReadList(PlannedUnit unit, PlannedSource source)
    {
        try
        {
            using Stream list = source.IsOwnList ? store.OpenRead(source.Path) : Open(source.Path);
            list.Seek(unit.Offset, SeekOrigin.Begin);
            byte[] content = new byte[unit.Length];
            list.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.WrongCommand, Message.Of(e, source.Path));
        }
    }

    private static string Locate(string name, string root) =>
        RemoteFile.IsUrl(name) ? name
        : RemoteFile.IsUrl(root) ? $"{root.TrimEnd('/')}/{name.TrimStart('/')}"
        : Path.Combine(root, name);

    private IEnumerable<UnitPicture> ReadArchive(PlannedSource source)
    {
        int number = 0;
        using IEnumerator<UnitPicture> pictures = Entries(source).GetEnumerator();
        while (true)
        {
            UnitPicture? next = null;
            string? failure = null;
            try
            {
                if (pictures.MoveNext()) next = pictures.Current with { Number = number++ };
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
            {
                string what = e is FileNotFoundException or DirectoryNotFoundException ? "no such file"
                    : e is UnauthorizedAccessException ? "no permission"
                    : e is ObjectStoreException ? e.Message
                    : $"the archive is broken or cut short ({e.Message.TrimEnd('.')})";
                failure = Message.OneLine($"{source.Name}: {what}");
            }

            if (next is not null) yield return next;
            if (failure is not null) yield return new UnitPicture(number, source.Name, null, Failure: failure);
            if (next is null) yield break;
        }
    }

    private IEnumerable<UnitPicture> Entries(PlannedSource source) =>
        ArchiveName.IsZip(source.Path) ? ZipEntries(source) : TarEntries(source);

    private IEnumerable<UnitPicture> ZipEntries(PlannedSource source)
    {
        using Stream stream = Open(source.Path);
        using ZipArchive archive = new(stream, ZipArchiveMode.Read);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (!IsWanted(entry.FullName)) continue;
            yield return names.Add(entry.FullName)
                ? ZipEntry(source, entry)
                : Failed(source, entry.FullName, "twice in the archive; only the first one is read");
        }
    }

    // The list of entries says where each begins: one that cannot be unpacked does not end the others.
    private UnitPicture ZipEntry(PlannedSource source, ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted) return Failed(source, entry.FullName, "encrypted; expected an archive without a password");
        try
        {
            using Stream content = entry.Open();
            UnitPicture picture = Entry(source, entry.FullName, entry.Length, content);
            if (picture.Content is not { } bytes || ZipChecksum.Holds(entry, bytes)) return picture;
            picture.Room?.Dispose();
            return Failed(source, entry.FullName, ZipChecksum.Failure);
        }
        catch (InvalidDataException e)
        {
            return Failed(source, entry.FullName, ReasonOf(e));
        }
    }

    // .NET tells the method nowhere but in its message.
    private static string ReasonOf(InvalidDataException failure)
    {
        const string Expected = "expected stored or deflated";
        string? method = ((string[])["LZMA", "BZip2"]).FirstOrDefault(name => failure.Message.Contains(name, StringComparison.Ordinal));
        if (method is not null) return $"packed with a method that is not read ({method}); {Expected}";
        return failure.Message.Contains("compression method", StringComparison.Ordinal)
            ? $"packed with a method that is not read; {Expected}"
            : $"damaged in the archive ({failure.Message.TrimEnd('.')})";
    }

    private IEnumerable<UnitPicture> TarEntries(PlannedSource source)
    {
        using Stream stream = Open(source.Path);

        // The reader takes it for the end.
        if (stream.CanSeek && stream.Length == 0) throw new InvalidDataException("the file is empty");
        using Stream plain = ArchiveName.IsCompressed(source.Path) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using TarReader archive = new(plain);
        TarLinks? links = null;
        try
        {
            while (archive.GetNextEntry() is { } entry)
            {
                if (!IsWanted(entry.Name)) continue;
                if (TarLinks.IsFile(entry))
                {
                    yield return Entry(source, entry.Name, entry.Length, entry.DataStream ?? Stream.Null);
                }
                else if (TarLinks.IsLink(entry))
                {
                    if (!ArchiveName.IsCompressed(source.Path)) links ??= new TarLinks(Open(source.Path));
                    yield return Link(source, entry, links);
                }
                else if (entry.EntryType == TarEntryType.SparseFile)
                {
                    yield return Failed(source, entry.Name, "a sparse file; expected an ordinary one");
                }
            }
        }
        finally
        {
            links?.Dispose();
        }
    }

    private UnitPicture Link(PlannedSource source, TarEntry link, TarLinks? links)
    {
        string what = $"a {(link.EntryType == TarEntryType.HardLink ? "hard" : "symbolic")} link to {link.LinkName}";
        if (links is null) return Failed(source, link.Name, $"{what}; links are read in archives that are not compressed");
        return links.Find(link) is { } file
            ? Entry(source, link.Name, file.Length, TarLinks.Open(file))
            : Failed(source, link.Name, $"{what}, which is no file of the archive");
    }

    private UnitPicture Entry(PlannedSource source, string entry, long length, Stream content)
    {
        if (!Photo.HasPictureName(entry)) return Failed(source, entry, "a film in an archive; films are read as files of their own");
        if (length > MaxFileBytes)
        {
            return Failed(
                source, entry,
                string.Create(CultureInfo.InvariantCulture, $"{length / 1e6:N0} MB; the limit for a file is {MaxFileBytes / 1e6:N0}"));
        }

        MemoryBudget.Share room = files.Take(length);
        try
        {
            using MemoryStream bytes = new((int)length);
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = content.Read(buffer)) > 0;)
            {
                // The length that an entry claims may be wrong.
                if (bytes.Length + read > MaxFileBytes) throw new InvalidDataException("a file is longer than it claims");
                bytes.Write(buffer, 0, read);
            }

            return new UnitPicture(0, NameOf(source, entry), null, bytes.ToArray(), room);
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    private static string NameOf(PlannedSource source, string entry) => $"{source.Name}/{entry}";

    private static UnitPicture Failed(PlannedSource source, string entry, string reason)
    {
        string name = NameOf(source, entry);
        return new UnitPicture(0, name, null, Failure: Message.OneLine($"{name}: {reason}"));
    }

    private static bool IsWanted(string entry)
    {
        // A Mac's archives hold a hidden file for each picture.
        string file = Path.GetFileName(entry);
        return !file.StartsWith('.') && (Photo.HasPictureName(file) || FilmList.HasFilmName(file));
    }

    private static Stream Open(string path) => RemoteFile.IsUrl(path)
        ? Remote.Open(path)
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
}
