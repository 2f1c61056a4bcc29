using System.Globalization;
using System.Text.Json;
using MicroExpNet.Files;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using Parquet;
using Parquet.Schema;
using Sylvan.Data.Csv;

namespace MicroExpNet.Cli.Compare;

/// <summary>
/// Reads the results of <c>predict</c> and <c>video</c>, or any table with a column <c>expression</c>: CSV, JSON, JSON lines, Parquet. A
/// model file stands for the shares of its training faces.
/// </summary>
/// <param name="label">The column of what faces are; null for none.</param>
/// <param name="group">The column of groups; null for none.</param>
internal sealed class ResultReader(string? label, string? group)
{
    private const string Expression = "expression";
    private const string BoxWidth = "box_width";
    private const string Expected = "expected results of mexp predict or video (.csv, .json, .ndjson, .parquet), or a model (.onnx)";

    /// <summary>Reads one side of a comparison.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandException">It cannot be read, or holds no faces.</exception>
    public ComparedFaces Read(string path)
    {
        try
        {
            ComparedFaces read = Path.GetExtension(path).ToUpperInvariant() switch
            {
                ".CSV" or ".TSV" or ".TXT" => new ComparedFaces(path) { Faces = ReadCsv(path) },
                ".JSON" or ".NDJSON" or ".JSONL" => new ComparedFaces(path) { Faces = ReadJson(path) },
                ".PARQUET" => new ComparedFaces(path) { Faces = ReadParquet(path) },
                ".ONNX" => ReadModel(path),
                _ => throw new CommandException(ExitCode.WrongCommand, $"{path}: {Expected}"),
            };
            return read.Faces.Count > 0 || read.Shares is not null
                ? read
                : throw new CommandException(ExitCode.InputFailed, $"{path}: no face in it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException)
        {
            throw new CommandException(ExitCode.InputFailed, Message.Of(e, path));
        }
        catch (Exception e) when (e is JsonException or CsvFormatException or CsvRecordTooLargeException or InvalidDataException
            or NotSupportedException or FormatException or InvalidOperationException)
        {
            throw new CommandException(ExitCode.InputFailed, Message.OneLine($"{path}: not readable: {e.Message}"));
        }
    }

    private static ComparedFaces ReadModel(string path)
    {
        Model model = Model.Load(path);
        if (model.Card.ClassFrequencies.IsDefaultOrEmpty)
        {
            throw new CommandException(ExitCode.InputFailed, $"{path}: the model does not say how common its classes were in training");
        }

        return new ComparedFaces(path)
        {
            Faces = [],
            Shares = model.Architecture.Labels.Zip(model.Card.ClassFrequencies)
                .ToDictionary(one => NameOf(one.First), one => (double)one.Second),
        };
    }

    // Labels of other names for an expression are that expression.
    private static string NameOf(string text) =>
        ExpressionLabels.TryParse(text, out MicroExpNet.Expression expression) ? ExpressionScores.NameOf(expression) : text;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null;

    // A row without an expression is a picture without a face.
    private ComparedFace? Face(Func<string, string?> value)
    {
        if (value(Expression) is not { Length: > 0 } expression) return null;
        return new ComparedFace(
            NameOf(expression), Number(value("probability")), Number(value(BoxWidth)), Number(value("score")),
            label is not null && value(label) is { Length: > 0 } known ? NameOf(known) : null,
            group is null ? null : value(group) is { Length: > 0 } one ? one : "none");
    }

    private static CommandException Empty(string path) => new(ExitCode.InputFailed, $"{path}: the file is empty; {Expected}");

    private static CommandException NoColumn(string path, string column, IEnumerable<string> names) => new(
        column == Expression ? ExitCode.InputFailed : ExitCode.WrongCommand,
        Message.OneLine($"{path}: no column '{column}'; its columns are {string.Join(", ", names.Take(20))}"));

    private void CheckColumns(string path, IReadOnlyCollection<string> names)
    {
        foreach (string? column in new[] { Expression, group })
        {
            if (column is not null && !names.Contains(column)) throw NoColumn(path, column, names);
        }
    }

    private List<ComparedFace> ReadCsv(string path)
    {
        List<ComparedFace> faces = [];
        using StreamReader text = new(path);
        if (text.Peek() < 0) throw Empty(path);
        using CsvDataReader csv = CsvDataReader.Create(
            text, new CsvDataReaderOptions { Comment = CsvComment.None, BufferSize = 1 << 20, Delimiter = SeparatorOf(path) });
        Dictionary<string, int> columns = [];
        for (int i = 0; i < csv.FieldCount; i++) columns.TryAdd(csv.GetName(i), i);
        CheckColumns(path, columns.Keys);
        while (csv.Read())
        {
            if (Face(Value) is { } face) faces.Add(face);
        }

        return faces;

        string? Value(string name) => columns.TryGetValue(name, out int i) && i < csv.RowFieldCount ? csv.GetString(i) : null;
    }

    // mexp predict writes any character between two values; the reader takes those of ASCII. It stands on both sides of a column's name.
    // Null for the one that the reader finds by itself.
    private static char? SeparatorOf(string path)
    {
        string header = OrdinaryFile.Is(path) ? File.ReadLines(path).FirstOrDefault() ?? "" : "";
        for (int at = header.IndexOf(Expression, StringComparison.Ordinal); at >= 0;
            at = header.IndexOf(Expression, at + 1, StringComparison.Ordinal))
        {
            string before = header[..at].TrimEnd('"'), after = header[(at + Expression.Length)..].TrimStart('"');
            char? left = before.Length > 0 ? before[^1] : null, right = after.Length > 0 ? after[0] : null, one = left ?? right;
            if ((right ?? left) == one && one is { } found && IsSeparator(found)) return found;
        }

        return null;
    }

    private static bool IsSeparator(char letter) => char.IsAscii(letter) && !char.IsLetterOrDigit(letter) && letter != '_';

    private List<ComparedFace> ReadJson(string path)
    {
        List<ComparedFace> faces = [];
        HashSet<string> names = [];
        using StreamReader text = new(path);
        while (text.Peek() is '\n' or '\r' or ' ') text.Read();
        if (text.Peek() < 0) throw Empty(path);
        bool isArray = text.Peek() == '[';
        if (isArray)
        {
            using JsonDocument whole = JsonDocument.Parse(text.ReadToEnd());
            foreach (JsonElement one in whole.RootElement.EnumerateArray()) Add(faces, names, one);
        }
        else
        {
            while (text.ReadLine() is { } line)
            {
                if (string.IsNullOrWhiteSpace(line)) continue;
                using JsonDocument one = JsonDocument.Parse(line);
                Add(faces, names, one.RootElement);
            }
        }

        if (names.Count > 0) CheckColumns(path, names);
        return faces;
    }

    // A picture with its faces; or a face of a film or a table, where what a row has no value for is null, or left out.
    private void Add(List<ComparedFace> faces, HashSet<string> names, JsonElement element)
    {
        AddNames(names, element);
        if (!element.TryGetProperty("faces", out JsonElement list))
        {
            if (Face(name => Text(element, name)) is { } read) faces.Add(read);
            return;
        }

        if (list.ValueKind != JsonValueKind.Array) throw new JsonException("'faces' is not an array");
        names.Add(Expression);
        foreach (JsonElement face in list.EnumerateArray())
        {
            AddNames(names, face);
            if (Face(name => Text(face, name) ?? Text(element, name)) is { } read) faces.Add(read);
        }
    }

    private static void AddNames(HashSet<string> names, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new JsonException("expected an object for each picture or face");
        foreach (JsonProperty one in element.EnumerateObject()) names.Add(one.Name);
    }

    private static string? Text(JsonElement element, string name)
    {
        if (name == BoxWidth && element.TryGetProperty("box", out JsonElement box) && box.ValueKind == JsonValueKind.Object)
        {
            return Text(box, "width");
        }

        if (!element.TryGetProperty(name, out JsonElement value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
    }

    private List<ComparedFace> ReadParquet(string path)
    {
        List<ComparedFace> faces = [];
        using FileStream file = File.OpenRead(path);
        if (file.Length == 0) throw Empty(path);
        ParquetReader parquet = Open(file);
        try
        {
            Dictionary<string, DataField> fields = [];
            foreach (DataField field in parquet.Schema.GetDataFields()) fields.TryAdd(field.Name, field);
            CheckColumns(path, fields.Keys);
            string?[] wanted = [Expression, "probability", BoxWidth, "score", label, group];
            for (int i = 0; i < parquet.RowGroupCount; i++)
            {
                using ParquetRowGroupReader rows = parquet.OpenRowGroupReader(i);
                Dictionary<string, string?[]> columns = [];
                foreach (string? name in wanted)
                {
                    if (name is not null && fields.TryGetValue(name, out DataField? field)) columns[name] = Column(rows, field);
                }

                for (int row = 0; row < rows.RowCount; row++)
                {
                    if (Face(name => columns.TryGetValue(name, out string?[]? column) ? column[row] : null) is { } face) faces.Add(face);
                }
            }

            return faces;
        }
        finally
        {
            parquet.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static ParquetReader Open(FileStream file)
    {
        try
        {
            return ParquetReader.CreateAsync(file).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static string?[] Column(ParquetRowGroupReader rows, DataField field)
    {
        if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            string?[] texts = new string?[rows.RowCount];
            rows.ReadAsync(field, texts.AsMemory()!).AsTask().GetAwaiter().GetResult();
            return texts;
        }

        return field.ClrType == typeof(int) ? Numbers<int>()
            : field.ClrType == typeof(long) ? Numbers<long>()
            : field.ClrType == typeof(float) ? Numbers<float>()
            : field.ClrType == typeof(double) ? Numbers<double>()
            : throw new InvalidDataException($"column '{field.Name}' holds {field.ClrType.Name}; expected text or numbers");

        string?[] Numbers<T>()
            where T : struct, IFormattable
        {
            if (field.IsNullable)
            {
                T?[] some = new T?[rows.RowCount];
                rows.ReadAsync<T>(field, some.AsMemory()).AsTask().GetAwaiter().GetResult();
                return [.. some.Select(value => value?.ToString(null, CultureInfo.InvariantCulture))];
            }

            T[] all = new T[rows.RowCount];
            rows.ReadAsync<T>(field, all.AsMemory()).AsTask().GetAwaiter().GetResult();
            return [.. all.Select(value => value.ToString(null, CultureInfo.InvariantCulture))];
        }
    }
}
