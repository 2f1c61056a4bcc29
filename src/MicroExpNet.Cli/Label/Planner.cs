using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Cli.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Label;

/// <summary>Makes the plan of a run: what its sources hold, cut into units.</summary>
internal sealed class Planner
{
    private readonly LabelRequest _request;
    private readonly ILabelStore _store;
    private readonly string _model;
    private readonly Action<string> _say;
    private readonly List<PlannedSource> _sources = [];
    private readonly List<PlannedUnit> _units = [];
    private readonly UnreadPictures _unread = new();
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private int _repeated;

    private Planner(LabelRequest request, string model, ILabelStore store, Action<string> say) =>
        (_request, _model, _store, _say) = (request, model, store, say);

    /// <summary>The key of the plan that a request asks for: over the arguments, the model and the options, and the state of the files
    /// that are named; what a folder holds is left out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model's digest.</param>
    public static string KeyOf(LabelRequest request, string model)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{LabelRow.SchemaVersion}\n{model}\n{request.Options}\n{request.Format}\n");
        text.Append(CultureInfo.InvariantCulture, $"{request.UnitLines}\n{request.Column}\n{request.Root}\n");
        foreach (string source in request.Sources)
        {
            FileInfo file = new(source);
            text.Append(CultureInfo.InvariantCulture, $"{source}\n");
            if (!RemoteFile.IsUrl(source) && file.Exists) text.Append(Stamp(file.Length, file.LastWriteTimeUtc)).Append('\n');
        }

        return Digest(text.ToString());
    }

    /// <summary>Whether the sources' names show what they hold, so that a plan with the same key is the same plan.</summary>
    /// <param name="request">The request.</param>
    public static bool IsFixed(LabelRequest request) => request.Sources.All(source => !RemoteFile.IsUrl(source) && File.Exists(source));

    /// <summary>Makes the plan, and writes what lists it needs.</summary>
    /// <param name="request">The request.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="model">The model's digest.</param>
    /// <param name="store">The output.</param>
    /// <param name="say">Is told what was passed over or cannot be read, a line each.</param>
    /// <exception cref="CommandException">A source does not exist, or cannot be read.</exception>
    public static UnitPlan Make(
        LabelRequest request, IReadOnlyList<string> labels, string model, ILabelStore store, Action<string> say)
    {
        Planner planner = new(request, model, store, say);
        List<string> files = [];
        foreach (string source in request.Sources)
        {
            try
            {
                planner.Add(source, files);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                throw new CommandException(
                    ExitCode.WrongCommand, e is FormatException ? $"{source}: {e.Message}" : Message.Of(e, source));
            }
        }

        planner.EndFiles(files);
        if (planner._unread.Line() is { } line) say(line);
        if (planner._repeated > 0)
        {
            say(string.Create(
                CultureInfo.InvariantCulture,
                $"{planner._repeated:N0} {(planner._repeated == 1 ? "source or file was" : "sources or files were")} named before; " +
                $"each is labelled once"));
        }

        return new UnitPlan
        {
            Key = KeyOf(request, model),
            Model = request.ModelName,
            ModelDigest = model,
            Options = request.Options,
            Labels = labels,
            Format = request.Format,
            Sources = planner._sources,
            Units = planner._units,
        };
    }

    private static string Digest(string text) => Digest(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Digest(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..8]);

    private static string Stamp(long length, DateTime modified) =>
        string.Create(CultureInfo.InvariantCulture, $"{length}\t{modified.Ticks}");

    // Pictures of folders gather in one list; all else is units of its own, after those before it.
    private void Add(string source, List<string> files)
    {
        if (RemoteFile.IsObject(source) && !IsList(source))
        {
            AddObjects(source, files);
        }
        else if (RemoteFile.IsUrl(source) && !RemoteFile.IsObject(source))
        {
            if (IsNew(source)) files.Add($"{source}\t");
        }
        else if (!RemoteFile.IsUrl(source) && Directory.Exists(source))
        {
            AddFolder(source, files);
        }
        else if (!RemoteFile.IsUrl(source) && source.Contains('*', StringComparison.Ordinal) && !File.Exists(source))
        {
            foreach (PictureInput input in PictureList.Find([source], null).Inputs)
            {
                if (input.Failure is { } failure) throw new CommandException(ExitCode.WrongCommand, failure);
                AddLocal(input.Name, files);
            }
        }
        else if (!RemoteFile.IsUrl(source) && !File.Exists(source))
        {
            throw new CommandException(ExitCode.WrongCommand, $"{source}: no such file or folder");
        }
        else if (IsList(source))
        {
            EndFiles(files);
            AddList(source);
        }
        else
        {
            AddLocal(source, files);
        }
    }

    private static bool IsList(string source) =>
        Path.GetExtension(source).ToLowerInvariant() is ".txt" or ".lst" or ".list" or ".csv" or ".tsv" or ".parquet";

    private void AddFolder(string folder, List<string> files)
    {
        string full = Path.GetFullPath(folder), output = RemoteFile.IsUrl(_store.Name) ? "" : Path.GetFullPath(_store.Name);
        int before = files.Count + _units.Count + _repeated;
        foreach (FolderEntry entry in new FolderWalk(full, output).Find())
        {
            string name = Path.Join(folder, entry.Path);
            if (entry.Failure is null)
            {
                AddFound(name, Path.Join(full, entry.Path), Stamp(entry.Length, entry.Modified), files);
                continue;
            }

            if (entry.Path.Length == 0) throw new CommandException(ExitCode.WrongCommand, $"{folder}: {entry.Failure}");

            if (!IsNew(Path.Join(full, entry.Path))) continue;

            // A row says it too, to whoever reads the table alone.
            _say($"{name}: {entry.Failure}");
            files.Add($"{ListLine.Encode(name)}\t");
        }

        if (files.Count + _units.Count + _repeated == before)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{folder}: no pictures, archives or films in this folder");
        }
    }

    private void AddObjects(string source, List<string> files)
    {
        source = RemoteFile.WithPlainScheme(source);
        int before = files.Count + _units.Count + _repeated;
        foreach (RemoteFile file in Remote.List(source))
        {
            // Of an archive's name, not those that it starts.
            if (!ArchiveName.Is(source) || file.Location == source) AddFound(file.Location, file.Location, file.Version, files);
        }

        if (files.Count + _units.Count + _repeated == before)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{source}: no pictures or archives there");
        }
    }

    private void AddLocal(string path, List<string> files)
    {
        FileInfo file = new(path);
        int before = files.Count + _units.Count + _repeated;
        AddFound(path, file.FullName, Stamp(file.Length, file.LastWriteTimeUtc), files);
        if (files.Count + _units.Count + _repeated == before)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"{path}: expected a picture, a film, an archive (.zip, .tar, .tar.gz) or a list (.txt, .csv, .parquet)");
        }
    }

    private void AddFound(string name, string path, string stamp, List<string> files)
    {
        bool isArchive = ArchiveName.Is(path), isPicture = Photo.HasPictureName(path);
        if (!isArchive && !isPicture && !FilmList.HasFilmName(path))
        {
            _unread.Add(path);
            return;
        }

        if (!IsNew(path)) return;
        if (isPicture)
        {
            files.Add($"{ListLine.Encode(name)}\t{stamp}");
            return;
        }

        EndFiles(files);
        if (isArchive) AddWhole(UnitKind.Archive, name, path, stamp, null);
        else AddWhole(UnitKind.Film, name, path, stamp, 1);
    }

    // A single source names nothing twice, and may hold many millions of files.
    private bool IsNew(string path)
    {
        if (_request.Sources.Count == 1 || _named.Add(path)) return true;
        _repeated++;
        return false;
    }

    private void AddWhole(UnitKind kind, string name, string path, string stamp, long? pictures)
    {
        _sources.Add(new PlannedSource(name, path, "", IsOwnList: false));
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\t{stamp}"));
        AddUnit(kind, 0, 0, pictures, hash);
    }

    private void AddUnit(UnitKind kind, long offset, long length, long? pictures, ReadOnlySpan<byte> input)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{LabelRow.SchemaVersion}\n{_model}\n{_request.Options}\n{kind}\n"));
        hash.AppendData(input);
        _units.Add(new PlannedUnit(
            _units.Count, Digest(hash.GetHashAndReset()), kind, _sources.Count - 1, offset, length, pictures));
    }

    // The files of folders become a list of the plan's own; its lines are digested with the files' lengths and times.
    private void EndFiles(List<string> files)
    {
        if (files.Count == 0) return;
        AddOwnList(files.Select(line => line.Split('\t', 2)).Select(parts => (parts[0], parts[1])), Environment.CurrentDirectory);
        files.Clear();
    }

    private void AddOwnList(IEnumerable<(string Line, string Stamp)> lines, string root)
    {
        using PendingFile list = _store.Create("list");
        using IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IncrementalHash unit = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _sources.Add(new PlannedSource("", "", root, IsOwnList: true));
        long offset = 0, end = 0;
        int count = 0;
        ArrayBufferWriter<byte> buffer = new(1 << 16);
        foreach ((string line, string stamp) in lines)
        {
            int length = Encoding.UTF8.GetByteCount(line) + 1;
            Encoding.UTF8.GetBytes(line, buffer);
            buffer.Write("\n"u8);
            end += length;
            unit.AppendData(buffer.WrittenSpan[^length..]);
            if (stamp.Length > 0) unit.AppendData(Encoding.UTF8.GetBytes(stamp));
            if (buffer.WrittenCount > 1 << 15) WriteOut();
            if (++count == _request.UnitLines) EndUnit();
        }

        EndUnit();
        WriteOut();
        string name = $"{LabelFolders.Own}list-{Digest(whole.GetHashAndReset())}.txt";
        _sources[^1] = _sources[^1] with { Path = name };
        list.Commit(name);

        void WriteOut()
        {
            whole.AppendData(buffer.WrittenSpan);
            list.Stream.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }

        void EndUnit()
        {
            if (count == 0) return;
            AddUnit(UnitKind.Lines, offset, end - offset, count, unit.GetHashAndReset());
            (offset, count) = (end, 0);
        }
    }

    // A list of plain lines is read where it is; of a table, the column of paths becomes a list of the plan's own.
    private void AddList(string source)
    {
        string full = RemoteFile.IsUrl(source) ? source : Path.GetFullPath(source);
        if (!IsNew(full)) return;
        string root = _request.Root is { } given ? (RemoteFile.IsUrl(given) ? given : Path.GetFullPath(given))
            : RemoteFile.IsUrl(source) ? source[..source.LastIndexOf('/')]
            : Path.GetDirectoryName(full)!;
        using Stream stream = RemoteFile.IsUrl(source)
            ? Remote.Open(source)
            : new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        int before = _units.Count;
        if (Path.GetExtension(source).ToLowerInvariant() is ".txt" or ".lst" or ".list")
        {
            _sources.Add(new PlannedSource(source, full, root, IsOwnList: false));
            AddLines(stream);
        }
        else
        {
            AddOwnList(TableColumn.Read(stream, source, _request.Column).Select(line => (ListLine.Encode(line), "")), root);
        }

        if (_units.Count == before) throw new CommandException(ExitCode.WrongCommand, $"{source}: the list is empty");
    }

    private void AddLines(Stream stream)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        long offset = 0, position = 0;
        int pictures = 0;
        bool isBlank = true;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (buffer.AsSpan(0, read).Contains((byte)0))
            {
                throw new FormatException("not a list in UTF-8: a NUL character in it; save it as UTF-8");
            }

            int start = 0, next = 0;
            while (next < read)
            {
                int end = buffer.AsSpan(next, read - next).IndexOf((byte)'\n');
                ReadOnlySpan<byte> line = buffer.AsSpan(next, end < 0 ? read - next : end);
                isBlank &= line.Length == 0 || (line.Length == 1 && line[0] == '\r');
                next += line.Length;
                if (end < 0) break;
                next++;
                if (!isBlank) pictures++;
                isBlank = true;
                if (pictures < _request.UnitLines) continue;
                hash.AppendData(buffer, start, next - start);
                EndUnit(position + next);
                start = next;
            }

            hash.AppendData(buffer, start, read - start);
            position += read;
        }

        if (!isBlank) pictures++;
        EndUnit(position);

        void EndUnit(long end)
        {
            byte[] input = hash.GetHashAndReset();
            if (pictures > 0) AddUnit(UnitKind.Lines, offset, end - offset, pictures, input);
            (offset, pictures) = (end, 0);
        }
    }
}
