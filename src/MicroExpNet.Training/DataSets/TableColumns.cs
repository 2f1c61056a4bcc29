using System.Globalization;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>Which column of a table holds what: by the names in its first row, or by the contents of its first rows.</summary>
internal sealed class TableColumns
{
    private const int MaxShown = 80;
    private const int MinPixels = 64;

    private static readonly string[] PathNames = [
        "path", "file", "filename", "file_name", "filepath", "file_path", "image", "image_path", "image_name", "img", "picture"];
    private static readonly string[] LabelNames = ["label", "labels", "class", "emotion", "expression"];
    private static readonly string[] PartColumnNames = ["usage", "split", "part", "subset"];
    private static readonly string[] FerParts = ["Training", "PublicTest", "PrivateTest"];

    private TableColumns()
    {
    }

    /// <summary>Whether the first row holds names.</summary>
    public bool HasHeader { get; private init; }

    /// <summary>Whether the labels' numbers are those of FER2013.</summary>
    public bool IsFer2013 { get; private init; }

    /// <summary>The column of the pictures' paths, or −1.</summary>
    public int Path { get; private init; } = -1;

    /// <summary>The column of the pictures' pixels, or −1.</summary>
    public int Pixels { get; private init; } = -1;

    /// <summary>The column of the labels.</summary>
    public int Label { get; private init; } = -1;

    /// <summary>The column of the parts, or −1.</summary>
    public int Part { get; private init; } = -1;

    /// <summary>The column of the folds, or −1.</summary>
    public int Fold { get; private init; } = -1;

    /// <summary>The column of the persons, or −1.</summary>
    public int Subject { get; private init; } = -1;

    /// <summary>The column of the groups, or −1.</summary>
    public int Group { get; private init; } = -1;

    /// <summary>Whether there are columns of faces' boxes, which are not read.</summary>
    public bool HasBoxes { get; private init; }

    /// <summary>Finds the columns of a table.</summary>
    /// <param name="rows">The table's first rows, one or more.</param>
    /// <param name="group">The name of the column of groups, or null.</param>
    /// <returns>The columns, or null if they cannot be told.</returns>
    public static TableColumns? Find(IReadOnlyList<string[]> rows, string? group = null) =>
        IsHeader(rows[0]) ? ByName([.. rows[0].Select(Name)], rows, group) : ByContent(rows);

    /// <summary>Whether a row holds names of columns.</summary>
    public static bool IsHeader(string[] row) =>
        row.Select(Name).Any(IsKnown) && !row.Any(cell => Photo.HasPictureName(cell.Trim()) || IsPixels(cell));

    /// <summary>The sentence that says which columns are wanted and which were found, cut at a length a terminal shows.</summary>
    public static string Problem(IReadOnlyList<string[]> rows)
    {
        string found = string.Join(
            ", ", rows[0].Take(50).Select(cell => $"'{ClassTable.Shown(cell.Length > MaxShown ? cell[..MaxShown] : cell.Trim())}'"));
        return "its columns are not known; wanted: 'path' (or file, image) and 'label' (or emotion, expression, class), or 'emotion' " +
            "and 'pixels'; "
            + $"found: {(found.Length > MaxShown ? $"{found[..(MaxShown - 1)]}…" : found)}";
    }

    private static TableColumns? ByName(string[] names, IReadOnlyList<string[]> rows, string? group)
    {
        int[] labels = Columns(names, LabelNames), paths = Columns(names, PathNames), pixels = Columns(names, ["pixels"]);
        if (labels.Length != 1) return null;
        if (pixels.Length != 1)
        {
            string[][] data = [.. rows.Skip(1)];
            if (paths.Length != 1)
            {
                paths = [.. Enumerable.Range(0, names.Length).Where(column => data.Length > 0 && Most(data, column, Photo.HasPictureName))];
            }
            if (paths.Length != 1) return null;
        }

        return new TableColumns
        {
            HasHeader = true,
            IsFer2013 = pixels.Length == 1 && names[labels[0]] == "emotion",
            Pixels = pixels.Length == 1 ? pixels[0] : -1,
            Path = pixels.Length == 1 ? -1 : paths[0],
            Label = labels[0],
            Part = Columns(names, PartColumnNames) is [var part] ? part : -1,
            Fold = Columns(names, ["fold"]) is [var fold] ? fold : -1,
            Subject = Columns(names, ["subject", "person"]) is [var subject] ? subject : -1,
            Group = group is null ? -1 : Array.IndexOf(names, Name(group)),
            HasBoxes = pixels.Length != 1 && names.Contains("x") && names.Contains("y"),
        };
    }

    private static TableColumns? ByContent(IReadOnlyList<string[]> rows)
    {
        List<int> others = [.. Enumerable.Range(0, rows.Max(row => row.Length))];
        int[] pixels = [.. others.Where(column => Most(rows, column, IsPixels))],
            paths = [.. others.Where(column => Most(rows, column, Photo.HasPictureName))];
        if (pixels.Length + paths.Length != 1) return null;
        int picture = pixels.Length == 1 ? pixels[0] : paths[0];
        others.Remove(picture);
        int[] parts = [.. others.Where(column => Most(rows, column, cell => PartNames.Find(cell) is not null))];
        if (parts.Length == 1) others.Remove(parts[0]);
        if (others.Count > 1 && others[0] == 0 && IsIndex(rows)) others.RemoveAt(0);

        // path,label,fold, or one column that can only be the label.
        bool hasFold = others.Count == 2 && others[0] > picture
            && Most(rows, others[1], cell => int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (others.Count != 1 && !hasFold) return null;
        return new TableColumns
        {
            IsFer2013 = pixels.Length == 1 && parts.Length == 1 && rows.All(row => FerParts.Contains(Cell(row, parts[0]))),
            Pixels = pixels.Length == 1 ? picture : -1,
            Path = pixels.Length == 1 ? -1 : picture,
            Label = others[0],
            Part = parts.Length == 1 ? parts[0] : -1,
            Fold = hasFold ? others[1] : -1,
        };
    }

    private static string Name(string cell) => cell.Trim().TrimStart('\uFEFF').ToLowerInvariant();

    private static bool IsKnown(string name) => LabelNames.Contains(name) || PathNames.Contains(name) || name == "pixels";

    private static int[] Columns(string[] names, string[] wanted) =>
        [.. Enumerable.Range(0, names.Length).Where(column => wanted.Contains(names[column]))];

    private static string Cell(string[] row, int column) => column < row.Length ? row[column].Trim() : "";

    private static bool Most(IReadOnlyList<string[]> rows, int column, Func<string, bool> matches) =>
        rows.Count(row => matches(Cell(row, column))) * 2 > rows.Count;

    // 0, 1, 2, … or 1, 2, 3, …, as spreadsheets and pandas number rows.
    private static bool IsIndex(IReadOnlyList<string[]> rows) =>
        rows.Count > 1 && int.TryParse(Cell(rows[0], 0), out int first) && first is 0 or 1
        && rows.Select((row, i) => Cell(row, 0) == (first + i).ToString(CultureInfo.InvariantCulture)).All(isNext => isNext);

    private static bool IsPixels(string cell)
    {
        int numbers = 0;
        foreach (Range range in cell.AsSpan().Split(' '))
        {
            ReadOnlySpan<char> value = cell.AsSpan()[range];
            if (value.IsEmpty) continue;
            if (!byte.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) return false;
            if (++numbers >= MinPixels) return true;
        }

        return false;
    }
}
