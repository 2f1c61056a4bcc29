using System.Globalization;
using System.Text;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Cli.Tables;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>The faces of films as CSV: a row for each face of each frame.</summary>
internal sealed class CsvFaceTableWriter : IFaceTableWriter
{
    private readonly Stream _stream;
    private readonly CsvRow _row;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="style">How.</param>
    /// <param name="labels">The model's classes.</param>
    public CsvFaceTableWriter(Stream stream, CsvStyle style, IReadOnlyCollection<string> labels)
    {
        _stream = stream;
        _row = new CsvRow(style.Separator);
        if (style.ByteOrderMark) _stream.Write(Encoding.UTF8.Preamble);
        string[] columns = ["film", "frame", "time", "track", .. CsvRow.FaceColumns, "expression", "probability"];
        foreach (string column in (string[])[.. columns, .. ClassColumns.NamesOf(labels, columns)]) _row.Append(column);
        _row.WriteTo(_stream);
    }

    /// <inheritdoc/>
    public void Write(string film, VideoFrameResult frame, in VideoFace face)
    {
        _row.Append(film).Append(frame.Index.ToString(CultureInfo.InvariantCulture)).Append(frame.Time).Append(face.Track)
            .Append(face.Face);
        _row.Append(face.Top).Append(face.TopProbability);
        foreach (float probability in face.Scores.Probabilities) _row.Append(probability);
        _row.WriteTo(_stream, flushes: false);
    }

    /// <inheritdoc/>
    public void Complete() => _stream.Flush();
}
