using MicroExpNet.Cli.Tables;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>The faces of films as Parquet: a row for each face of each frame, with the columns of the CSV.</summary>
internal sealed class ParquetFaceTableWriter : IFaceTableWriter
{
    private readonly ParquetTextColumn _film = new("film");
    private readonly ParquetNumberColumn<long> _frame = new("frame");
    private readonly ParquetNumberColumn<double> _time = new("time");
    private readonly ParquetNumberColumn<int> _track = new("track");
    private readonly ParquetNumberColumn<int>[] _box = [.. CsvRow.FaceColumns[..4].Select(name => new ParquetNumberColumn<int>(name))];
    private readonly ParquetNumberColumn<float> _score = new(CsvRow.FaceColumns[4]);
    private readonly ParquetOptionalNumberColumn<float>[] _eyes =
        [.. CsvRow.FaceColumns[5..].Select(name => new ParquetOptionalNumberColumn<float>(name))];

    private readonly ParquetTextColumn _expression = new("expression");
    private readonly ParquetNumberColumn<float> _probability = new("probability");
    private readonly ParquetNumberColumn<float>[] _probabilities;
    private readonly ParquetTable _table;

    /// <summary>Starts the table.</summary>
    /// <param name="stream">Takes the bytes; seekable, left open.</param>
    /// <param name="labels">The model's classes.</param>
    public ParquetFaceTableWriter(Stream stream, IReadOnlyCollection<string> labels)
    {
        ParquetColumn[] columns = [_film, _frame, _time, _track, .. _box, _score, .. _eyes, _expression, _probability];
        string[] names = ClassColumns.NamesOf(labels, columns.Select(column => column.Field.Name));
        _probabilities = [.. names.Select(name => new ParquetNumberColumn<float>(name))];
        _table = new ParquetTable(stream, [.. columns, .. _probabilities]);
    }

    /// <inheritdoc/>
    public void Write(string film, VideoFrameResult frame, in VideoFace face)
    {
        _film.Add(film);
        _frame.Add(frame.Index);
        _time.Add(frame.Time.TotalSeconds);
        _track.Add(face.Track);
        _box[0].Add(face.Box.X);
        _box[1].Add(face.Box.Y);
        _box[2].Add(face.Box.Width);
        _box[3].Add(face.Box.Height);
        _score.Add(face.Face.Score);
        EyePositions? eyes = face.Face.Eyes;
        _eyes[0].Add(eyes?.LeftX);
        _eyes[1].Add(eyes?.LeftY);
        _eyes[2].Add(eyes?.RightX);
        _eyes[3].Add(eyes?.RightY);
        _expression.Add(face.Top);
        _probability.Add(face.TopProbability);
        for (int i = 0; i < _probabilities.Length; i++) _probabilities[i].Add(face.Scores.Probabilities[i]);
        _table.EndRow();
    }

    /// <inheritdoc/>
    public void Complete() => _table.Complete();
}
