using Parquet;
using Parquet.Schema;

namespace MicroExpNet.Cli.Label;

/// <summary>Reads what <see cref="ParquetLabelWriter"/> writes, a row group at a time.</summary>
internal static class ParquetLabelReader
{
    /// <summary>What a part says of itself.</summary>
    /// <param name="stream">The file, seekable.</param>
    /// <exception cref="FormatException">It is no such file, or not whole.</exception>
    public static string ReadMetadata(Stream stream)
    {
        ParquetReader reader = Open(stream);
        try
        {
            return reader.CustomMetadata.TryGetValue(PartMetadata.Key, out string? metadata)
                ? metadata
                : throw new FormatException("not written by 'mexp label'");
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Reads the rows.</summary>
    /// <param name="stream">The file, seekable.</param>
    /// <param name="labels">The model's classes.</param>
    /// <exception cref="FormatException">It is no such file, or not whole.</exception>
    public static IEnumerable<LabelRow> Read(Stream stream, IReadOnlyList<string> labels)
    {
        ParquetReader reader = Open(stream);
        try
        {
            DataField[] fields = reader.Schema.GetDataFields();
            string[] columns = LabelRow.ColumnsOf(labels);
            if (!fields.Select(field => field.Name).SequenceEqual(columns, StringComparer.Ordinal))
            {
                throw new FormatException("its columns are not those of 'mexp label' and the plan's model");
            }

            for (int i = 0; i < reader.RowGroupCount; i++)
            {
                foreach (LabelRow row in ReadGroup(reader, i, fields, labels.Count)) yield return row;
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static ParquetReader Open(Stream stream) =>
        Try(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult());

    private static LabelRow[] ReadGroup(ParquetReader reader, int number, DataField[] fields, int labels) => Try(() =>
    {
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(number);
        int rows = checked((int)group.RowCount), next = 0;
        string?[] file = Texts();
        long?[] frame = Numbers<long>();
        double?[] time = Numbers<double>();
        int?[] track = Numbers<int>(), width = Numbers<int>(), height = Numbers<int>(), face = Numbers<int>();
        int?[][] box = [Numbers<int>(), Numbers<int>(), Numbers<int>(), Numbers<int>()];
        float?[][] score = [Numbers<float>(), Numbers<float>(), Numbers<float>(), Numbers<float>(), Numbers<float>()];
        string?[] expression = Texts();
        float?[] probability = Numbers<float>();
        float?[][] probabilities = new float?[labels][];
        for (int i = 0; i < labels; i++) probabilities[i] = Numbers<float>();
        string?[] error = Texts();
        LabelRow[] result = new LabelRow[rows];
        for (int i = 0; i < rows; i++)
        {
            result[i] = new LabelRow
            {
                File = file[i] ?? throw new FormatException("a row has no file"),
                Frame = frame[i],
                Time = time[i],
                Track = track[i],
                Width = width[i],
                Height = height[i],
                Number = face[i],
                Face = box[0][i] is null ? null : new DetectedFace(
                    new FaceBox(box[0][i] ?? 0, box[1][i] ?? 0, box[2][i] ?? 0, box[3][i] ?? 0),
                    score[0][i] ?? 0,
                    score[1][i] is { } x
                        ? new EyePositions(x, score[2][i] ?? 0, score[3][i] ?? 0, score[4][i] ?? 0)
                        : null),
                Expression = expression[i],
                Probability = probability[i],
                Probabilities = expression[i] is null
                    ? ReadOnlyMemory<float>.Empty
                    : Enumerable.Range(0, labels).Select(label => probabilities[label][i] ?? 0).ToArray(),
                Error = error[i],
            };
        }

        return result;

        T?[] Numbers<T>()
            where T : struct
        {
            T?[] values = new T?[rows];
            group.ReadAsync(fields[next++], (Memory<T?>)values).AsTask().GetAwaiter().GetResult();
            return values;
        }

        string?[] Texts()
        {
            string?[] values = new string?[rows];
            group.ReadAsync(fields[next++], values.AsMemory()).AsTask().GetAwaiter().GetResult();
            return values;
        }
    });

    // The library throws exceptions of many kinds for a file that is not whole.
    private static T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or FormatException or CommandException))
        {
            throw new FormatException($"not a whole Parquet file: {Message.OneLine(e.Message)}", e);
        }
    }
}
