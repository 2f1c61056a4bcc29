using MicroExpNet.Cli.Tables;

namespace MicroExpNet.Cli.Label;

/// <summary>Rows as Parquet.</summary>
internal sealed class ParquetLabelWriter : ILabelWriter
{
    private readonly ParquetTextColumn _file = new(LabelRow.FirstColumns[0]);
    private readonly ParquetOptionalNumberColumn<long> _frame = new(LabelRow.FirstColumns[1]);
    private readonly ParquetOptionalNumberColumn<double> _time = new(LabelRow.FirstColumns[2]);
    private readonly ParquetOptionalNumberColumn<int>[] _numbers =
        [.. LabelRow.FirstColumns[3..7].Select(name => new ParquetOptionalNumberColumn<int>(name))];

    private readonly ParquetOptionalNumberColumn<int>[] _box =
        [.. CsvRow.FaceColumns[..4].Select(name => new ParquetOptionalNumberColumn<int>(name))];

    private readonly ParquetOptionalNumberColumn<float>[] _scoreAndEyes =
        [.. CsvRow.FaceColumns[4..].Select(name => new ParquetOptionalNumberColumn<float>(name))];

    private readonly ParquetTextColumn _expression = new("expression");
    private readonly ParquetOptionalNumberColumn<float> _probability = new("probability");
    private readonly ParquetOptionalNumberColumn<float>[] _probabilities;
    private readonly ParquetTextColumn _error = new(LabelRow.ErrorColumn);
    private readonly ParquetTable _table;

    /// <summary>Starts the table.</summary>
    /// <param name="stream">Takes the bytes; seekable, left open.</param>
    /// <param name="labels">The model's classes.</param>
    public ParquetLabelWriter(Stream stream, IReadOnlyList<string> labels)
    {
        _probabilities = [.. LabelRow.ClassColumnsOf(labels).Select(name => new ParquetOptionalNumberColumn<float>(name))];
        _table = new ParquetTable(
            stream,
            [_file, _frame, _time, .. _numbers, .. _box, .. _scoreAndEyes, _expression, _probability, .. _probabilities, _error]);
    }

    /// <inheritdoc/>
    public void Write(LabelRow row)
    {
        _file.Add(row.File);
        _frame.Add(row.Frame);
        _time.Add(row.Time);
        Add(_numbers, [row.Track, row.Width, row.Height, row.Number]);
        FaceBox? box = row.Face?.Box;
        Add(_box, [box?.X, box?.Y, box?.Width, box?.Height]);
        EyePositions? eyes = row.Face?.Eyes;
        Add(_scoreAndEyes, [row.Face?.Score, eyes?.LeftX, eyes?.LeftY, eyes?.RightX, eyes?.RightY]);
        _expression.Add(row.Expression);
        _probability.Add(row.Probability);
        for (int i = 0; i < _probabilities.Length; i++)
        {
            _probabilities[i].Add(i < row.Probabilities.Length ? row.Probabilities.Span[i] : null);
        }

        _error.Add(row.Error);
        _table.EndRow();
    }

    /// <inheritdoc/>
    public void Complete(string metadata) => _table.Complete((PartMetadata.Key, metadata));

    private static void Add<T>(ParquetOptionalNumberColumn<T>[] columns, ReadOnlySpan<T?> values)
        where T : struct
    {
        for (int i = 0; i < columns.Length; i++) columns[i].Add(values[i]);
    }
}
