using System.Globalization;
using System.Text;
using MicroExpNet.Training.DataSets;
using Sylvan.Data.Csv;

namespace MicroExpNet.Cli.Label;

/// <summary>Reads what <see cref="CsvLabelWriter"/> writes.</summary>
internal static class CsvLabelReader
{
    private const int MaxRow = 1 << 20;

    /// <summary>Reads the rows.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="labels">The model's classes.</param>
    /// <exception cref="FormatException">It is no such file, or not whole.</exception>
    public static IEnumerable<LabelRow> Read(Stream stream, IReadOnlyList<string> labels)
    {
        string[] columns = LabelRow.ColumnsOf(labels);
        using StreamReader text = new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        using CsvDataReader reader = Try(() => CsvDataReader.Create(
            text, new CsvDataReaderOptions { HasHeaders = false, Delimiter = ',', Comment = CsvComment.None, MaxBufferSize = MaxRow }), 1);
        if (!Try(() => reader.Read(), 1) || !Values(reader, columns.Length, 1).SequenceEqual(columns, StringComparer.Ordinal))
        {
            throw new FormatException("its columns are not those of 'mexp label' and the plan's model");
        }

        for (int row = 2; Try(() => reader.Read(), row); row++) yield return Row(Values(reader, columns.Length, row), labels.Count, row);
    }

    private static LabelRow Row(string[] values, int labels, int row) => Try(
        () =>
        {
            int first = LabelRow.FirstColumns.Length;
            return new LabelRow
            {
                File = values[0],
                Frame = Optional(values[1], long.Parse),
                Time = Optional(values[2], double.Parse),
                Track = Optional(values[3], int.Parse),
                Width = Optional(values[4], int.Parse),
                Height = Optional(values[5], int.Parse),
                Number = Optional(values[6], int.Parse),
                Face = values[7].Length == 0 ? null : Face(values.AsSpan(7, 9)),
                Expression = values[first - 2].Length == 0 ? null : values[first - 2],
                Probability = Optional(values[first - 1], float.Parse),
                Probabilities = values[first].Length == 0
                    ? ReadOnlyMemory<float>.Empty
                    : values.AsSpan(first, labels).ToArray().Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray(),
                Error = values[^1].Length == 0 ? null : values[^1],
            };
        },
        row);

    private static DetectedFace Face(ReadOnlySpan<string> values)
    {
        int[] box = [.. values[..4].ToArray().Select(value => int.Parse(value, CultureInfo.InvariantCulture))];
        float[] eyes = values[5].Length == 0
            ? []
            : [.. values[5..].ToArray().Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
        return new DetectedFace(
            new FaceBox(box[0], box[1], box[2], box[3]),
            float.Parse(values[4], CultureInfo.InvariantCulture),
            eyes.Length == 0 ? null : new EyePositions(eyes[0], eyes[1], eyes[2], eyes[3]));
    }

    private static T? Optional<T>(string value, Func<string, IFormatProvider, T> parse)
        where T : struct => value.Length == 0 ? null : parse(value, CultureInfo.InvariantCulture);

    private static string[] Values(CsvDataReader reader, int columns, int row) => reader.RowFieldCount == columns
        ? [.. Enumerable.Range(0, columns).Select(reader.GetString)]
        : throw new FormatException($"row {row} has {reader.RowFieldCount} values; expected {columns}");

    private static T Try<T>(Func<T> read, int row)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CsvFormatException or OverflowException || (e is FormatException && e.InnerException is null))
        {
            throw new FormatException($"row {row} is no row of 'mexp label'", e);
        }
    }
}
