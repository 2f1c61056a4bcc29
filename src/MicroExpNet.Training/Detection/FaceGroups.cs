using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.Detection;

/// <summary>
/// The group of each face of a <see cref="PictureSet"/>: what a column of its <c>boxes.csv</c> says, or what its five points and colours
/// say: <c>tone</c>, <c>turn</c> or <c>tilt</c>.
/// </summary>
/// <param name="name">The column, or <c>tone</c>, <c>turn</c> or <c>tilt</c> where there is no column of that name.</param>
internal sealed class FaceGroups(string name)
{
    /// <summary>The groups that follow from a face's points and colours.</summary>
    public static ImmutableArray<string> Measured { get; } = [Tone, Turn, Tilt];

    private const string Tone = "tone";
    private const string Turn = "turn";
    private const string Tilt = "tilt";

    // Left and right are those of the picture; some tables call them by number.
    private static readonly string[][] PointColumns =
    [
        ["left_eye_x", "eye1_x"], ["left_eye_y", "eye1_y"], ["right_eye_x", "eye2_x"], ["right_eye_y", "eye2_y"],
        ["nose_x"], ["nose_y"],
        ["mouth_left_x", "mouth1_x"], ["mouth_left_y", "mouth1_y"], ["mouth_right_x", "mouth2_x"], ["mouth_right_y", "mouth2_y"],
    ];

    /// <summary>The group of the face in the table's current row.</summary>
    /// <param name="csv">The table.</param>
    /// <param name="face">The face.</param>
    /// <param name="photo">Reads its picture in colour.</param>
    /// <returns>The group, or null where the row does not say.</returns>
    /// <exception cref="DataSetFormatException">There is neither such a column nor the five points' columns.</exception>
    public string? Of(CsvDataReader csv, PlacedFace face, Func<Photo> photo)
    {
        if (FindColumn(csv, name) is { } column) return csv.GetString(column) is { Length: > 0 } text ? text : null;
        if (!Measured.Contains(name))
        {
            throw new DataSetFormatException(
                $"boxes.csv has no column '{ClassTable.Shown(name)}'; expected one of its columns, or {string.Join(", ", Measured)}");
        }

        float[] points = new float[PointColumns.Length];
        for (int i = 0; i < points.Length; i++)
        {
            int at = PointColumns[i].Select(one => FindColumn(csv, one)).FirstOrDefault(found => found is not null)
                ?? throw new DataSetFormatException($"boxes.csv has no column '{PointColumns[i][0]}', which {name} follows from");
            if (!float.TryParse(csv.GetFieldSpan(at), NumberStyles.Float, CultureInfo.InvariantCulture, out points[i])
                || !float.IsFinite(points[i])) return null;
        }

        return name switch
        {
            Tone => ToneOf(TypologyAngle(photo(), face, points)),
            Turn => TurnOf(points),
            _ => TiltOf(points),
        };
    }

    /// <summary>
    /// The individual typology angle of a face's cheeks in degrees, <c>atan((L* − 50) / b*)</c> in CIE L*a*b* (Chardon, Cretois, Hourseau,
    /// 1991): high for light skin, low for dark skin. It is the median over a square on each cheek, halfway between eye and corner of the
    /// mouth. In photographs it measures the light too.
    /// </summary>
    /// <param name="photo">The picture.</param>
    /// <param name="face">The face.</param>
    /// <param name="points">Eye, eye, nose, corner of the mouth, corner of the mouth, as x and y.</param>
    public static double TypologyAngle(Photo photo, PlacedFace face, ReadOnlySpan<float> points)
    {
        List<double> lightness = [], yellowness = [];
        int reach = Math.Max(1, (int)(face.Side * 0.05f));
        for (int side = 0; side < 2; side++)
        {
            int x = (int)((points[2 * side] + points[(2 * side) + 6]) / 2),
                y = (int)((points[(2 * side) + 1] + points[(2 * side) + 7]) / 2);
            for (int row = Math.Max(0, y - reach); row <= Math.Min(photo.Height - 1, y + reach); row++)
            {
                for (int column = Math.Max(0, x - reach); column <= Math.Min(photo.Width - 1, x + reach); column++)
                {
                    ReadOnlySpan<byte> pixel = photo.Rgba.AsSpan((row * photo.Stride) + (4 * column), 3);
                    (double l, double b) = ToLab(pixel);
                    lightness.Add(l);
                    yellowness.Add(b);
                }
            }
        }

        return Math.Atan2(Median(lightness) - 50, Median(yellowness)) * 180 / Math.PI;
    }

    private static string ToneOf(double angle) => angle switch
    {
        double.NaN => "unknown",
        > 41 => "ITA over 41 (light)",
        > 28 => "ITA 28 to 41 (intermediate)",
        > 10 => "ITA 10 to 28 (tan)",
        > -30 => "ITA -30 to 10 (brown)",
        _ => "ITA below -30 (dark)",
    };

    // How far the nose lies from the middle of the eyes, along the line through them: 0 for a frontal face.
    private static string TurnOf(ReadOnlySpan<float> points)
    {
        double x = points[2] - points[0], y = points[3] - points[1], square = (x * x) + (y * y);
        double noseX = points[4] - ((points[0] + points[2]) / 2), noseY = points[5] - ((points[1] + points[3]) / 2);
        return Math.Abs(((noseX * x) + (noseY * y)) / square) switch
        {
            < 0.15 => "frontal",
            < 0.35 => "half turned",
            _ => "turned",
        };
    }

    private static string TiltOf(ReadOnlySpan<float> points) =>
        (Math.Abs(Math.Atan2(points[3] - points[1], Math.Abs(points[2] - points[0]))) * 180 / Math.PI) switch
        {
            <= 10 => "up to 10 degrees",
            <= 20 => "10 to 20 degrees",
            _ => "over 20 degrees",
        };

    // L* and b* of an sRGB colour (IEC 61966-2-1), white point D65.
    private static (double L, double B) ToLab(ReadOnlySpan<byte> rgb)
    {
        double red = Linear(rgb[0]), green = Linear(rgb[1]), blue = Linear(rgb[2]);
        double y = (0.2126 * red) + (0.7152 * green) + (0.0722 * blue);
        double z = ((0.0193 * red) + (0.1192 * green) + (0.9505 * blue)) / 1.0890;
        return ((116 * Bend(y)) - 16, 200 * (Bend(y) - Bend(z)));

        static double Linear(byte value) =>
            value <= 10 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);

        static double Bend(double value) => value > 216.0 / 24389 ? Math.Cbrt(value) : ((24389.0 / 27 * value) + 16) / 116;
    }

    private static double Median(List<double> values) => values.Count == 0 ? double.NaN : values.Order().ElementAt(values.Count / 2);

    private static int? FindColumn(CsvDataReader csv, string column)
    {
        for (int i = 0; i < csv.FieldCount; i++)
        {
            if (csv.GetName(i).Equals(column, StringComparison.OrdinalIgnoreCase)) return i;
        }

        return null;
    }
}
