using System.Globalization;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// A data set that is one text file: FER2013's table of pixels, or the original's label file, a line <c>path label</c> (or
/// <c>path,label,fold</c>) for each picture.
/// </summary>
internal static class TableReader
{
    private const int FerSide = 48;
    private const int BufferSize = 1 << 17;

    private static readonly HashSet<string> LabelColumns = new(StringComparer.OrdinalIgnoreCase) { "label", "class", "emotion", "expression" };

    // FER2013's numbers.
    private static readonly string[] FerClasses = ["anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral"];

    /// <summary>Reads the file, or returns null where it is no text.</summary>
    public static Listing? Read(string path)
    {
        using (FileStream stream = File.OpenRead(path))
        {
            Span<byte> start = stackalloc byte[4096];
            start = start[..stream.Read(start)];
            if (start.Contains((byte)0) || start.StartsWith("PK\u0003"u8)) return null;
        }

        string first = File.ReadLines(path).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "";
        return first.StartsWith("emotion,", StringComparison.OrdinalIgnoreCase) && first.Contains("pixels", StringComparison.OrdinalIgnoreCase)
            ? Fer2013(path)
            : LabelFile(path);
    }

    private static Listing Fer2013(string path)
    {
        Listing listing = new("FER2013");
        using CsvDataReader csv = CsvDataReader.Create(path, new CsvDataReaderOptions { BufferSize = BufferSize });
        int emotion = csv.GetOrdinal("emotion"), pixels = csv.GetOrdinal("pixels");
        while (csv.Read())
        {
            string name = $"row {csv.RowNumber}";
            byte[] image = new byte[FerSide * FerSide];
            int count = 0;
            bool valid = csv.RowFieldCount > Math.Max(emotion, pixels);
            if (valid)
            {
                ReadOnlySpan<char> values = csv.GetFieldSpan(pixels);
                foreach (Range range in values.Split(' '))
                {
                    if (range.Start.Value == range.End.Value) continue;
                    valid &= count < image.Length && byte.TryParse(values[range], NumberStyles.None, CultureInfo.InvariantCulture, out image[count]);
                    count++;
                    if (!valid) break;
                }
            }

            if (!valid || count != image.Length) listing.Skip(name, $"expected {FerSide}×{FerSide} grey values 0 to 255");
            else if (!int.TryParse(csv.GetFieldSpan(emotion), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number >= FerClasses.Length) listing.Skip(name, "expected an emotion 0 to 6");
            else listing.Faces.Add(new ListedFace(name, FerClasses[number]) { Image = new GrayImage(image, FerSide, FerSide) });
        }

        return listing;
    }

    private static Listing LabelFile(string path)
    {
        Listing listing = new("label file");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        int number = 0;
        bool isFirst = true;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#')) continue;
            bool isHeader = isFirst && IsHeader(line);
            isFirst = false;
            if (isHeader) continue;
            if (Split(line) is not (string file, string label, var fold))
            {
                listing.Skip($"line {number}", "expected 'path label', or path,label,fold");
                continue;
            }

            listing.Faces.Add(new ListedFace(file.Replace('\\', '/'), label)
            {
                File = Path.Combine(folder, file.Replace('\\', '/')),
                Fold = fold ?? FoldNames.Find(file),
            });
        }

        if (listing.Faces.Count == 0) throw new DataSetFormatException($"{path}: expected a line 'path label' for each picture, or FER2013's table");
        return listing;
    }

    // Names of columns in place of a picture and its label.
    private static bool IsHeader(string line) =>
        line.Split([',', '\t', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [_, var column, ..] && LabelColumns.Contains(column);

    // path,label[,fold] or path label[ fold]; a path may hold blanks, so the label is what follows the picture's name.
    private static (string File, string Label, int? Fold)? Split(string line)
    {
        char separator = line.Contains('\t') ? '\t' : line.Contains(',') ? ',' : ' ';
        string[] parts = line.Split(separator, StringSplitOptions.TrimEntries);
        if (separator == ' ')
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool hasFold = words.Length > 2 && !ClassFolderReader.IsPicture(words[^2]) && ClassFolderReader.IsPicture(words[^3]);
            int? last = int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
            if (words.Length < 2 || (hasFold && last is null)) return null;
            string label = words[hasFold ? ^2 : ^1];
            return (line[..line.LastIndexOf(hasFold ? $" {label} " : $" {label}", StringComparison.Ordinal)].Trim(), label, hasFold ? last : null);
        }

        if (parts.Length is not (2 or 3) || parts[0].Length == 0 || parts[1].Length == 0) return null;
        if (parts.Length == 2) return (parts[0], parts[1], null);
        return int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int fold) ? (parts[0], parts[1], fold) : null;
    }
}
