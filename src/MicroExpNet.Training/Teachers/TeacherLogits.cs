using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MicroExpNet.Training.DataSets;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.Teachers;

/// <summary>
/// A teacher's logits for named faces, in the order of a data set's classes. The file is a table <c>name,class,class,…</c>.
/// </summary>
public sealed class TeacherLogits
{
    private const int BufferSize = 1 << 16;

    private readonly Dictionary<string, float[]> _logits;
    private readonly string _name;

    private TeacherLogits(string name, Dictionary<string, float[]> logits)
    {
        _name = name;
        _logits = logits;
    }

    /// <summary>Reads a table.</summary>
    /// <param name="path">
    /// A <c>.csv</c> whose first line is <c>name</c> and the classes, in any order; or a <c>.npy</c> of <c>[faces, classes]</c> beside a
    /// <c>.txt</c> of the same name with the name of each face on a line.
    /// </param>
    /// <param name="labels">The classes to read, in their order.</param>
    /// <exception cref="ArgumentException">There is no path, or no class.</exception>
    /// <exception cref="DataSetFormatException">A class is missing, or a line is malformed.</exception>
    public static TeacherLogits Load(string path, ImmutableArray<string> labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireClasses(labels);
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) return LoadNumpy(path, labels);
        try
        {
            return LoadTable(path, labels);
        }
        catch (FormatException e)
        {
            throw new DataSetFormatException(
                $"{path}: no table ({e.Message.ReplaceLineEndings(" ")}); expected a first line name,{string.Join(',', labels)}", e);
        }
    }

    /// <summary>The mean of several teachers' logits.</summary>
    /// <param name="teachers">Each teacher's logits, <c>[faces][classes]</c>; one teacher or more, of the same faces and classes.</param>
    /// <exception cref="ArgumentException">There is no teacher, one has no logits, or their numbers of faces or classes
    /// differ.</exception>
    public static ImmutableArray<float[]> Mean(IReadOnlyList<ImmutableArray<float[]>> teachers)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        ArgumentCheck.Require(teachers.Count > 0, "expected the logits of one teacher or more");
        ArgumentCheck.Require(teachers.All(one => !one.IsDefault && !one.Contains(null!)), "a teacher's logits are missing");
        ArgumentCheck.Require(
            teachers.All(
                one => one.Length == teachers[0].Length && one.Zip(teachers[0]).All(pair => pair.First.Length == pair.Second.Length)),
            "the teachers' logits are of different faces or classes");
        return teachers.Count == 1
            ? teachers[0]
            : [.. Enumerable.Range(0, teachers[0].Length).Select(
                face => Enumerable.Range(0, teachers[0][face].Length)
                    .Select(i => teachers.Average(one => one[face][i])).ToArray())];
    }

    /// <summary>Writes a table.</summary>
    /// <param name="stream">Receives the table, as UTF-8.</param>
    /// <param name="labels">The classes, in the order of the logits.</param>
    /// <param name="rows">Each face's name and logits, one for each class.</param>
    /// <exception cref="ArgumentException">There is no class, or a face has no name, another number of logits, or logits that are not
    /// finite numbers; the faces before it are written.</exception>
    public static void Write(Stream stream, ImmutableArray<string> labels, IEnumerable<(string Name, float[] Logits)> rows)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RequireClasses(labels);
        ArgumentNullException.ThrowIfNull(rows);
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine($"name,{string.Join(',', labels.Select(CsvText.Quote))}");
        foreach ((string name, float[] logits) in rows)
        {
            ArgumentCheck.Require(name is not null, "a face has no name");
            ArgumentCheck.Require(logits is not null, $"no logits for the face '{name}'; expected {labels.Length}");
            ArgumentCheck.Require(
                logits.Length == labels.Length, $"{logits.Length} logits for the face '{name}'; expected {labels.Length}");
            ArgumentCheck.Require(Finite.All(logits), $"the logits for the face '{name}' are not finite numbers");
            writer.WriteLine(
                $"{CsvText.Quote(name)},{string.Join(',', logits.Select(logit => logit.ToString("R", CultureInfo.InvariantCulture)))}");
        }
    }

    /// <summary>The logits of each face of a data set, in its order.</summary>
    /// <returns>For each face <c>[classes]</c>.</returns>
    /// <param name="data">The data set.</param>
    /// <exception cref="DataSetFormatException">A face has none.</exception>
    public ImmutableArray<float[]> For(FaceDataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        string[] missing = [.. data.Samples.Select(sample => sample.Name).Where(name => !_logits.ContainsKey(name))];
        if (missing.Length > 0)
        {
            throw new DataSetFormatException(
                $"{_name}: no logits for {missing.Length} of {data.Samples.Length} faces of {data.Name}, e.g. {missing[0]}");
        }
        return [.. data.Samples.Select(sample => _logits[sample.Name])];
    }

    private static void RequireClasses(ImmutableArray<string> labels)
    {
        if (labels.IsDefaultOrEmpty) throw new ArgumentException("there is no class; expected one or more", nameof(labels));
    }

    private static TeacherLogits LoadTable(string path, ImmutableArray<string> labels)
    {
        using StreamReader reader = TextFile.Open(path);
        using CsvDataReader csv = CsvDataReader.Create(
            reader, new CsvDataReaderOptions { Comment = CsvComment.None, BufferSize = BufferSize });
        int[] columns = new int[labels.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            // The first column is the faces' names, also where a class is called "name".
            columns[i] = Enumerable.Range(0, csv.FieldCount).Skip(1)
                .FirstOrDefault(column => ClassNames.Find([csv.GetName(column)], labels[i]) == 0, -1);
            if (columns[i] < 0)
            {
                throw new DataSetFormatException(
                    $"{path}: no column for the class '{labels[i]}'; expected a first line name,{string.Join(',', labels)}");
            }
        }

        Dictionary<string, float[]> logits = new(StringComparer.Ordinal);
        while (csv.Read())
        {
            if (CsvText.IsBlank(csv)) continue;
            float[] row = new float[labels.Length];
            bool valid = csv.RowFieldCount == csv.FieldCount;
            for (int i = 0; valid && i < row.Length; i++)
            {
                valid = float.TryParse(csv.GetFieldSpan(columns[i]), NumberStyles.Float, CultureInfo.InvariantCulture, out row[i])
                    && float.IsFinite(row[i]);
            }
            if (!valid)
            {
                throw new DataSetFormatException($"{path}, line {csv.RowNumber + 1}: expected a name and {csv.FieldCount - 1} numbers");
            }
            if (!logits.TryAdd(csv.GetString(0), row))
            {
                throw new DataSetFormatException($"{path}, line {csv.RowNumber + 1}: {csv.GetString(0)} is there twice");
            }
        }

        return new TeacherLogits(path, logits);
    }

    private static TeacherLogits LoadNumpy(string path, ImmutableArray<string> labels)
    {
        string list = Path.ChangeExtension(path, ".txt");
        if (!File.Exists(list))
        {
            throw new DataSetFormatException($"{path}: the faces' names are missing; expected them a line each in {list}");
        }
        using StreamReader reader = TextFile.Open(list);
        List<string> names = [];
        while (reader.ReadLine() is { } name) names.Add(name);
        while (names.Count > 0 && string.IsNullOrWhiteSpace(names[^1])) names.RemoveAt(names.Count - 1);
        float[][] rows = NumpyMatrix.Load(path);
        if (rows.Length != names.Count) throw new DataSetFormatException($"{path}: {rows.Length} rows for {names.Count} names in {list}");
        if (rows.Length > 0 && rows[0].Length != labels.Length)
        {
            throw new DataSetFormatException(
                $"{path}: {rows[0].Length} columns; expected one for each of {string.Join(", ", labels)}, in this order");
        }
        Dictionary<string, float[]> logits = new(StringComparer.Ordinal);
        for (int i = 0; i < rows.Length; i++)
        {
            if (!logits.TryAdd(names[i], rows[i])) throw new DataSetFormatException($"{list}, line {i + 1}: {names[i]} is there twice");
        }

        return new TeacherLogits(path, logits);
    }
}
