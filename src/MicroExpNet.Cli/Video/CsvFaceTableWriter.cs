using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>The faces of films as CSV: a row for each face of each frame.</summary>
/// <param name="stream">Where to write.</param>
internal sealed class CsvFaceTableWriter(Stream stream) : IFaceTableWriter
{
    private static readonly string[] FirstColumns =
    [
        "film", "frame", "time", "track", "x", "y", "box_width", "box_height", "score",
        "left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y", "expression", "probability",
    ];

    private readonly CsvTable _table = new(stream, [.. FirstColumns, .. ExpressionScores.Names]);

    /// <inheritdoc/>
    public void Write(string film, VideoFrameResult frame, in TrackedFace face)
    {
        _table.Add(film);
        _table.Add(frame.Index);
        _table.Add(frame.Time);
        _table.Add(face.Track);
        _table.Add(face.Box.X);
        _table.Add(face.Box.Y);
        _table.Add(face.Box.Width);
        _table.Add(face.Box.Height);
        _table.Add(face.Face.Score);
        if (face.Face.Eyes is { } eyes)
        {
            _table.Add(eyes.LeftX);
            _table.Add(eyes.LeftY);
            _table.Add(eyes.RightX);
            _table.Add(eyes.RightY);
        }
        else
        {
            for (int i = 0; i < 4; i++) _table.Add("");
        }

        _table.Add(ExpressionScores.NameOf(face.Scores.Top));
        _table.Add(face.Scores.TopProbability);
        foreach ((Expression _, float probability) in face.Scores) _table.Add(probability);
        _table.EndRow();
    }

    /// <inheritdoc/>
    public void Complete() => _table.Flush();
}
