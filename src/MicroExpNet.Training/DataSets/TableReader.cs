using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Vision;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// A data set that is one text file: FER2013's table of pixels, or a table of paths and labels, with any separator, with or without a
/// header, in any order of columns; or the original's label file, whose separator is a blank.
/// </summary>
internal static class TableReader
{
    private const int MinSide = 8;
    private const int MaxSide = 1024;
    private const int SampleLength = 1 << 18;
    private const int SampleRows = 20;
    private const int BufferSize = 1 << 17;

    // A row of MaxSide × MaxSide pixels.
    private const int MaxBufferSize = MaxSide * MaxSide * 4 + BufferSize;

    private static readonly char[] Separators = ['\t', ';', ',', '|'];
    private static readonly ImmutableArray<string> FerClasses = ["anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral"];

    /// <summary>Lists the faces.</summary>
    /// <param name="path">The file.</param>
    /// <param name="group">The name of the column of groups, or null.</param>
    /// <param name="budget">Counts the pixels that are kept.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The faces, or null if the file is no text.</returns>
    /// <exception cref="DataSetFormatException">The columns cannot be told, or a row is too long.</exception>
    /// <exception cref="OperationCanceledException">Reading was stopped.</exception>
    public static Listing? Read(string path, string? group, MemoryBudget budget, CancellationToken cancellationToken)
    {
        if (!IsText(path)) return null;
        string sample = Sample(path);
        try
        {
            (char Separator, List<string[]> Rows)? widest = null;
            foreach ((char separator, bool isWhole) in Separators.Select(one => (one, true)).Concat(Separators.Select(one => (one, false))))
            {
                if (Rows(sample, separator, isWhole) is not { } rows) continue;
                if (TableColumns.Find(rows, group) is { } columns)
                {
                    if (group is not null && columns.Group < 0) throw NoGroups(path, group, rows[0]);
                    return Read(path, separator, columns, budget, cancellationToken);
                }

                if (widest is null || rows[0].Length > widest.Value.Rows[0].Length) widest = (separator, rows);
            }

            string[] lines = [
                .. sample.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line) && !SpacedLabelFile.IsComment(line)).Take(SampleRows)];
            if (lines.Any(SpacedLabelFile.IsLine)) return SpacedLabelFile.Read(path, cancellationToken);
            throw new DataSetFormatException($"{path}: {TableColumns.Problem(widest?.Rows ?? [[lines.FirstOrDefault() ?? ""]])}");
        }
        catch (CsvRecordTooLargeException)
        {
            throw new DataSetFormatException(
                $"{path}: a row of more than {MaxBufferSize:N0} characters; expected a path and a label, or pixels, in each row");
        }
    }

    /// <summary>The pictures that a table names; none where a file holds pixels, or is no table that can be read.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Their paths; what they name need not be there.</returns>
    public static IEnumerable<string> Pictures(string path)
    {
        if (!FileReading.IsOrdinary(path)) return [];
        try
        {
            // Without memory for pixels, a table of them is left at its first row.
            Listing? listing = Read(path, group: null, new MemoryBudget(path, 0), CancellationToken.None);
            return listing is null ? [] : listing.Faces.Select(face => face.File).Where(file => !file.Contains('\0'));
        }
        catch (Exception e) when (
            e is DataSetFormatException or FormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A face of a list that names files by paths below the list's own folder.</summary>
    /// <param name="list">The list.</param>
    /// <param name="file">The picture's path.</param>
    /// <param name="label">The label as it is written.</param>
    /// <param name="fold">The fold; null for that in the path.</param>
    /// <param name="part">The part; null for that in the path.</param>
    internal static ListedFace Face(string list, string file, string label, int? fold, DataPart? part)
    {
        string name = file.Replace('\\', '/');
        return new ListedFace(name, label)
        {
            File = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(list))!, name),
            Fold = fold ?? FoldNames.Find(name),
            Part = part ?? PartNames.OfFile(name),
        };
    }

    private static DataSetFormatException NoGroups(string path, string group, string[] names) => new(
        $"{path}: it has no column '{ClassTable.Shown(group)}'; its first row is "
        + string.Join(", ", names.Take(20).Select(name => $"'{ClassTable.Shown(name)}'")));

    private static bool IsText(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4096];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return true;
        return !start.Contains((byte)0) && !start.StartsWith("PK\u0003"u8);
    }

    // The beginning, without the line that is cut off.
    private static string Sample(string path)
    {
        using StreamReader reader = TextFile.Open(path);
        char[] start = new char[SampleLength];
        int length = reader.ReadBlock(start);
        int end = length < start.Length ? length : Array.LastIndexOf(start, '\n', length - 1) + 1;
        return new string(start, 0, end == 0 ? length : end);
    }

    private static CsvDataReaderOptions Options(char separator) => new()
    {
        HasHeaders = false,
        Delimiter = separator,
        Comment = CsvComment.None,
        BufferSize = BufferSize,
        MaxBufferSize = MaxBufferSize,
    };

    // The first rows that the separator divides, or null if it does not divide all of them or, where a few broken ones are allowed, the
    // first one and most of the others.
    private static List<string[]>? Rows(string sample, char separator, bool isWhole)
    {
        try
        {
            List<string[]> rows = [];
            using CsvDataReader csv = CsvDataReader.Create(new StringReader(sample), Options(separator));
            while (rows.Count < SampleRows && csv.Read())
            {
                if (!IsPassedOver(csv)) rows.Add([.. Enumerable.Range(0, csv.RowFieldCount).Select(csv.GetString)]);
            }

            if (rows.Count == 0 || rows[0].Length < 2) return null;
            List<string[]> divided = [.. rows.Where(row => row.Length > 1)];
            return divided.Count == rows.Count || (!isWhole && divided.Count * 2 > rows.Count) ? divided : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Listing Read(string path, char separator, TableColumns columns, MemoryBudget budget, CancellationToken cancellationToken)
    {
        Listing listing = new(columns.Pixels < 0 ? "label file" : columns.IsFer2013 ? "FER2013" : "a table of pixels")
        {
            NumberedClasses = columns.IsFer2013 ? FerClasses : [],
        };
        if (columns.HasBoxes)
        {
            listing.Warnings.Add($"{path}: the boxes in its columns are not read; each picture is taken as one face, which fills it");
        }

        using StreamReader reader = TextFile.Open(path);
        using CsvDataReader csv = CsvDataReader.Create(reader, Options(separator));
        bool isHeader = columns.HasHeader;
        int number = 0;
        while (csv.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsPassedOver(csv)) continue;
            if (isHeader)
            {
                isHeader = false;
                continue;
            }

            number++;
            Add(listing, path, csv, columns, columns.Pixels < 0 ? $"line {csv.RowNumber}" : $"row {number}", budget);
        }

        return listing;
    }

    // A blank line, or a comment: a picture may be called #1.jpg.
    private static bool IsPassedOver(CsvDataReader csv)
    {
        if (CsvText.IsBlank(csv)) return true;
        return csv.GetFieldSpan(0).StartsWith('#')
            && !Enumerable.Range(0, csv.RowFieldCount).Any(column => Photo.HasPictureName(csv.GetString(column).Trim()));
    }

    private static void Add(Listing listing, string path, CsvDataReader csv, TableColumns columns, string row, MemoryBudget budget)
    {
        string label = Cell(csv, columns.Label), part = Cell(csv, columns.Part), fold = Cell(csv, columns.Fold),
            subject = Cell(csv, columns.Subject);
        string? group = Null(Cell(csv, columns.Group));
        if (label.Length == 0)
        {
            listing.Skip(row, "it has no label");
        }
        else if (part.Length > 0 && PartNames.Find(part) is null)
        {
            listing.Skip(row, $"unknown part '{ClassTable.Shown(part)}'; expected train, validation or test");
        }
        else if (fold.Length > 0 && !int.TryParse(fold, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            listing.Skip(row, $"unknown fold '{ClassTable.Shown(fold)}'; expected a number");
        }
        else if (columns.Pixels >= 0)
        {
            GrayImage? image = columns.Pixels < csv.RowFieldCount ? Image(csv.GetFieldSpan(columns.Pixels)) : null;
            if (image is null)
            {
                listing.Skip(row, "expected 48×48 grey values 0 to 255, or another square");
                return;
            }

            budget.Take(image.Pixels.Length);
            listing.Faces.Add(
                new ListedFace(
                    row, label)
                { Image = image, Fold = Fold(fold), Part = PartNames.Find(part), Subject = Null(subject), Group = group });
        }
        else if (Cell(csv, columns.Path) is { Length: > 0 } file)
        {
            listing.Faces.Add(Face(path, file, label, Fold(fold), PartNames.Find(part)) with { Subject = Null(subject), Group = group });
        }
        else
        {
            listing.Skip(row, "it has no path");
        }
    }

    private static string Cell(CsvDataReader csv, int column) =>
        column < 0 || column >= csv.RowFieldCount ? "" : csv.GetString(column).Trim();

    private static int? Fold(string text) => text.Length == 0 ? null : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string? Null(string text) => text.Length == 0 ? null : text;

    private static GrayImage? Image(ReadOnlySpan<char> values)
    {
        byte[] pixels = new byte[48 * 48];
        int count = 0;
        foreach (Range range in values.Split(' '))
        {
            if (range.Start.Value == range.End.Value) continue;
            if (count == MaxSide * MaxSide
                || !byte.TryParse(values[range], NumberStyles.None, CultureInfo.InvariantCulture, out byte pixel)) return null;
            if (count == pixels.Length) Array.Resize(ref pixels, 2 * count);
            pixels[count++] = pixel;
        }

        int side = (int)Math.Round(Math.Sqrt(count));
        return side >= MinSide && side * side == count
            ? new GrayImage(pixels.Length == count ? pixels : pixels[..count], side, side)
            : null;
    }
}
