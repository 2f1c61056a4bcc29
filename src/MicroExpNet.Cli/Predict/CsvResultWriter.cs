using System.Buffers;
using System.Globalization;
using System.Text;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>Results as CSV with RFC 4180's quoting, a row for each face; a picture without faces, or one that failed, has a row of its own.</summary>
internal sealed class CsvResultWriter : IResultWriter
{
    private static readonly string[] FirstColumns =
    [
        "file", "width", "height", "face", "x", "y", "box_width", "box_height", "score", "left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y", "expression", "probability",
    ];

    private readonly SearchValues<char> _quoted;
    private readonly char _separator;
    private readonly Stream _stream;
    private readonly StringBuilder _row = new();

    /// <summary>Starts with the header.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="style">How.</param>
    public CsvResultWriter(Stream stream, CsvStyle style)
    {
        _stream = stream;
        _separator = style.Separator;
        _quoted = SearchValues.Create(['"', '\r', '\n', style.Separator]);
        if (style.ByteOrderMark) _stream.Write(Encoding.UTF8.Preamble);
        foreach (string column in (string[])[.. FirstColumns, .. ExpressionNames.All.Select(ExpressionNames.Of), "error"]) Append(column);
        _row[^1] = '\n';
        Flush();
    }

    /// <inheritdoc/>
    public void Write(PictureResult result)
    {
        for (int i = 0; i < Math.Max(result.Faces.Count, 1); i++)
        {
            Append(result.Input.Name);
            Append(result.Width);
            Append(result.Height);
            AppendFace(i < result.Faces.Count ? result.Faces[i] : null, i + 1);
            Append(result.Error ?? "");
            _row[^1] = '\n';
        }

        Flush();
    }

    /// <inheritdoc/>
    public void Complete() => _stream.Flush();

    private void AppendFace(RecognizedFace? face, int number)
    {
        Append(face is null ? null : number);
        Append(face?.Box?.X);
        Append(face?.Box?.Y);
        Append(face?.Box?.Width);
        Append(face?.Box?.Height);
        Append(face?.Face?.Score);
        EyePositions? eyes = face?.Face?.Eyes;
        foreach (float? value in (float?[])[eyes?.LeftX, eyes?.LeftY, eyes?.RightX, eyes?.RightY]) Append(value is float place ? MathF.Round(place, 1) : null);
        Append(face is { } known ? ExpressionNames.Of(known.Scores.Top) : "");
        Append(face?.Scores.TopProbability);
        foreach (Expression expression in ExpressionNames.All) Append(face?.Scores[expression]);
    }

    private void Append(float? value) => Append(value?.ToString(CultureInfo.InvariantCulture) ?? "");

    private void Append(int? value) => Append(value?.ToString(CultureInfo.InvariantCulture) ?? "");

    private void Append(string field)
    {
        if (field.AsSpan().ContainsAny(_quoted)) _row.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else _row.Append(field);
        _row.Append(_separator);
    }

    private void Flush()
    {
        _stream.Write(Encoding.UTF8.GetBytes(_row.ToString()));
        _stream.Flush();
        _row.Clear();
    }
}
