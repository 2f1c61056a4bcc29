using System.Buffers;
using System.Globalization;
using System.Text;

namespace MicroExpNet.Cli;

/// <summary>Builds the rows of CSV, with RFC 4180's quoting.</summary>
/// <param name="separator">What stands between two values.</param>
internal sealed class CsvRow(char separator)
{
    private readonly SearchValues<char> _quoted = SearchValues.Create(['"', '\r', '\n', separator]);
    private readonly StringBuilder _row = new();

    /// <summary>The columns of <see cref="Append(DetectedFace?)"/>.</summary>
    public static string[] FaceColumns { get; } = [
        "x", "y", "box_width", "box_height", "score", "left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y"];

    /// <summary>Appends a text.</summary>
    public CsvRow Append(string value)
    {
        if (value.AsSpan().ContainsAny(_quoted)) _row.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else _row.Append(value);
        _row.Append(separator);
        return this;
    }

    /// <summary>Appends a number; nothing stands where there is none.</summary>
    public CsvRow Append(float? value) => Append(value?.ToString(CultureInfo.InvariantCulture) ?? "");

    /// <summary>Appends a whole number; nothing stands where there is none.</summary>
    public CsvRow Append(int? value) => Append(value?.ToString(CultureInfo.InvariantCulture) ?? "");

    /// <summary>Appends a time, in seconds with three decimals.</summary>
    public CsvRow Append(TimeSpan time) => Append(time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));

    /// <summary>Appends a face's box, score and eyes; nothing stands where there are none.</summary>
    public CsvRow Append(DetectedFace? face)
    {
        Append(face?.Box.X).Append(face?.Box.Y).Append(face?.Box.Width).Append(face?.Box.Height).Append(face?.Score);
        EyePositions? eyes = face?.Eyes;
        foreach (float? value in (float?[])[eyes?.LeftX, eyes?.LeftY, eyes?.RightX, eyes?.RightY])
        {
            Append(value is float place ? MathF.Round(place, 1) : null);
        }

        return this;
    }

    /// <summary>Writes the row, and starts the next.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="flushes">Whether the row is to be there at once, for whoever reads along.</param>
    public void WriteTo(Stream stream, bool flushes = true)
    {
        _row[^1] = '\n';
        stream.Write(Encoding.UTF8.GetBytes(_row.ToString()));
        if (flushes) stream.Flush();
        _row.Clear();
    }
}
