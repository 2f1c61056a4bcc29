using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Training.DataSets;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.Detection;

/// <summary>A place of a picture without faces that a detector took for a face.</summary>
/// <param name="Picture">The picture's file.</param>
/// <param name="X">Middle of the false face, as a share of the picture's width.</param>
/// <param name="Y">Middle of the false face, as a share of the picture's height.</param>
/// <param name="Side">Side of the false face, as a share of the picture's width.</param>
public sealed record HardNegative(string Picture, float X, float Y, float Side)
{
    /// <summary>Names of the columns of a table of false faces: the picture's file and size, and the box and score of one of its false
    /// faces, in pixels.</summary>
    public const string Header = "file,width,height,x,y,w,h,score";

    /// <summary>A line of such a table.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="face">The false face.</param>
    public static string ToLine(LabeledPicture picture, DetectedFace face)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{CsvText.Quote(picture.Name)},{picture.Image.Width},{picture.Image.Height},{face.Box.X},{face.Box.Y}," +
            $"{face.Box.Width},{face.Box.Height},{face.Score:0.000}");
    }

    /// <summary>Reads such a table.</summary>
    /// <param name="path">A CSV file, as <c>mexp evaluate-detector --false-faces</c> writes it.</param>
    /// <exception cref="DataSetFormatException">It is no table, a column is missing, or a value is no number.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ImmutableArray<HardNegative> Load(string path)
    {
        try
        {
            return LoadTable(path);
        }
        catch (FormatException e)
        {
            throw new DataSetFormatException($"{path}: no table ({e.Message.ReplaceLineEndings(" ")}); expected a first line {Header}", e);
        }
    }

    private static ImmutableArray<HardNegative> LoadTable(string path)
    {
        using StreamReader reader = TextFile.Open(path);
        using CsvDataReader csv = CsvDataReader.Create(reader, new CsvDataReaderOptions { Comment = CsvComment.None, HasHeaders = true });
        string[] names = Header.Split(',');
        int[] columns = [.. names.Select(name => Enumerable.Range(0, csv.FieldCount).FirstOrDefault(i => csv.GetName(i) == name, -1))];
        if (columns.AsSpan().IndexOf(-1) is >= 0 and int missing)
        {
            throw new DataSetFormatException($"{path}: no column '{names[missing]}'; expected {Header}");
        }
        List<HardNegative> negatives = [];
        float[] values = new float[names.Length];
        while (csv.Read())
        {
            if (CsvText.IsBlank(csv)) continue;
            for (int i = 1; i < columns.Length; i++)
            {
                if (!float.TryParse(csv.GetFieldSpan(columns[i]), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                    || !float.IsFinite(values[i])) throw new DataSetFormatException(
                    $"{path}, line {csv.RowNumber + 1}: column '{names[i]}' is no number");
            }

            (float width, float height, float x, float y, float w, float h) = (
                values[1], values[2], values[3], values[4], values[5], values[6]);
            (float middleX, float middleY) = (x + (w / 2), y + (h / 2));
            if (!(width >= 1 && height >= 1 && w > 0 && h > 0 && middleX >= 0 && middleX <= width && middleY >= 0 && middleY <= height
                && Math.Max(w, h) <= 2 * Math.Max(width, height)))
            {
                throw new DataSetFormatException(
                    $"{path}, line {csv.RowNumber + 1}: expected a picture of 1 pixel or more and a box in it");
            }
            negatives.Add(
                new HardNegative(csv.GetString(columns[0]), middleX / width, middleY / height, Math.Max(w, h) / width));
        }

        return [.. negatives];
    }
}
