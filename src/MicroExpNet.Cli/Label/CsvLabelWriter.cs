using System.Globalization;
using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Label;

/// <summary>Rows as CSV.</summary>
internal sealed class CsvLabelWriter : ILabelWriter
{
    private readonly Stream _stream;
    private readonly int _labels;
    private readonly CsvRow _row = new(CsvStyle.Default.Separator);

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Takes the bytes.</param>
    /// <param name="labels">The model's classes.</param>
    public CsvLabelWriter(Stream stream, IReadOnlyList<string> labels)
    {
        (_stream, _labels) = (stream, labels.Count);
        foreach (string column in LabelRow.ColumnsOf(labels)) _row.Append(column);
        _row.WriteTo(_stream, flushes: false);
    }

    /// <inheritdoc/>
    public void Write(LabelRow row)
    {
        _row.Append(row.File).Append(row.Frame?.ToString(CultureInfo.InvariantCulture) ?? "");
        _row.Append(row.Time?.ToString("0.000", CultureInfo.InvariantCulture) ?? "").Append(row.Track).Append(row.Width).Append(row.Height);
        _row.Append(row.Number).Append(row.Face).Append(row.Expression ?? "").Append(row.Probability);
        for (int i = 0; i < _labels; i++) _row.Append(i < row.Probabilities.Length ? row.Probabilities.Span[i] : null);
        _row.Append(row.Error ?? "").WriteTo(_stream, flushes: false);
    }

    /// <inheritdoc/>
    public void Complete(string metadata) => _stream.Flush();
}
