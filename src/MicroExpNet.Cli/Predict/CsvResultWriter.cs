using System.Collections.Immutable;
using System.Text;
using MicroExpNet.Cli.Tables;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>Results as CSV with RFC 4180's quoting, a row for each face; a picture without faces, or one that failed, has a row of its
/// own.</summary>
internal sealed class CsvResultWriter : IResultWriter
{
    private const string ErrorColumn = "error";

    private static readonly string[] FirstColumns = ["file", "width", "height", "face", .. CsvRow.FaceColumns, "expression", "probability"];

    private readonly Stream _stream;
    private readonly CsvRow _row;
    private readonly ImmutableArray<string> _labels;

    /// <summary>Starts with the header.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="style">How.</param>
    /// <param name="labels">The model's classes.</param>
    public CsvResultWriter(Stream stream, CsvStyle style, ImmutableArray<string> labels)
    {
        _stream = stream;
        _labels = labels;
        _row = new CsvRow(style.Separator);
        if (style.ByteOrderMark) _stream.Write(Encoding.UTF8.Preamble);
        string[] classes = ClassColumns.NamesOf(labels, [.. FirstColumns, ErrorColumn]);
        foreach (string column in (string[])[.. FirstColumns, .. classes, ErrorColumn]) _row.Append(column);
        _row.WriteTo(_stream);
    }

    /// <inheritdoc/>
    public void Write(PictureResult result)
    {
        for (int i = 0; i < Math.Max(result.Faces.Count, 1); i++)
        {
            _row.Append(result.Input.Name).Append(result.Width).Append(result.Height);
            AppendFace(i < result.Faces.Count ? result.Faces[i] : null, i + 1);
            _row.Append(result.Error ?? "").WriteTo(_stream);
        }
    }

    /// <inheritdoc/>
    public void Complete() => _stream.Flush();

    private void AppendFace(ClassifiedFace? face, int number)
    {
        _row.Append(face is null ? null : number).Append(face?.Face);
        _row.Append(face?.Scores.Top ?? "").Append(face?.Scores.TopProbability);
        for (int i = 0; i < _labels.Length; i++) _row.Append(face?.Scores.Probabilities[i]);
    }
}
