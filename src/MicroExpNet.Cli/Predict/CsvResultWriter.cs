using System.Buffers;
using System.Globalization;
using System.Text;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>Results as CSV (RFC 4180's quoting), a row a face; a picture that failed has one row with its error.</summary>
internal sealed class CsvResultWriter : IResultWriter
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    private readonly Stream _stream;
    private readonly StringBuilder _row = new();

    /// <summary>Starts with the header.</summary>
    /// <param name="stream">Where to.</param>
    public CsvResultWriter(Stream stream)
    {
        _stream = stream;
        string labels = string.Join(',', ExpressionNames.All.Select(ExpressionNames.Of));
        _row.Append(CultureInfo.InvariantCulture, $"file,width,height,face,x,y,box_width,box_height,expression,probability,{labels},error\n");
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
        Append(face is { } known ? ExpressionNames.Of(known.Scores.Top) : "");
        Append(face?.Scores.TopProbability);
        foreach (Expression expression in ExpressionNames.All) Append(face?.Scores[expression]);
    }

    private void Append(float? value) => Append(value?.ToString(CultureInfo.InvariantCulture) ?? "");

    private void Append(int? value) => Append(value?.ToString(CultureInfo.InvariantCulture) ?? "");

    private void Append(string field)
    {
        if (field.AsSpan().ContainsAny(Quoted)) _row.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else _row.Append(field);
        _row.Append(',');
    }

    private void Flush()
    {
        _stream.Write(Encoding.UTF8.GetBytes(_row.ToString()));
        _stream.Flush();
        _row.Clear();
    }
}
