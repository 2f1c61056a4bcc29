using System.Globalization;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>The original's label file: a line <c>path label</c>, or <c>path label fold</c>, for each picture. A path may hold
/// blanks.</summary>
internal static class SpacedLabelFile
{
    // Longer than any path and label.
    private const int MaxLine = 10_000;

    /// <summary>Whether a line has a picture's name and a label.</summary>
    public static bool IsLine(string line) => Split(line) is { } parts && Photo.HasPictureName(parts.File);

    /// <summary>Whether a line is a comment: it starts with <c>#</c> and names no picture, which may be called <c>#1.jpg</c>.</summary>
    public static bool IsComment(string line) => line.StartsWith('#') && !IsLine(line);

    /// <summary>Lists the faces.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="OperationCanceledException">Reading was stopped.</exception>
    public static Listing Read(string path, CancellationToken cancellationToken)
    {
        Listing listing = new("label file");
        using StreamReader reader = TextFile.Open(path);
        int number = 0;
        bool isFirst = true;
        foreach (string line in Lines(reader))
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            if (string.IsNullOrWhiteSpace(line) || IsComment(line)) continue;
            bool isHeader = isFirst && TableColumns.IsHeader(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            isFirst = false;
            if (isHeader) continue;
            if (Split(line) is (string file, string label, var fold))
            {
                listing.Faces.Add(TableReader.Face(path, file, label, fold, part: null));
            }
            else listing.Skip($"line {number}", "expected 'path label', or 'path label fold'");
        }

        return listing;
    }

    /// <summary>A text's lines. A line longer than any path and label is cut.</summary>
    public static IEnumerable<string> Lines(TextReader reader)
    {
        char[] block = new char[1 << 14];
        System.Text.StringBuilder line = new();
        bool isOpen = false;
        while (reader.Read(block, 0, block.Length) is var length and > 0)
        {
            for (int i = 0; i < length; i++)
            {
                if (block[i] == '\n')
                {
                    yield return line.ToString().TrimEnd('\r');
                    line.Clear();
                    isOpen = false;
                }
                else
                {
                    isOpen = true;
                    if (line.Length < MaxLine) line.Append(block[i]);
                }
            }
        }

        if (isOpen) yield return line.ToString();
    }

    // A path may hold blanks, so the label is the word after the picture's name.
    private static (string File, string Label, int? Fold)? Split(string line)
    {
        line = line.TrimEnd();
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool hasFold = words.Length > 2 && !Photo.HasPictureName(words[^2]) && Photo.HasPictureName(words[^3]);
        int? last = words.Length > 0 && int.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
        if (words.Length < 2 || (hasFold && last is null)) return null;
        string label = words[hasFold ? ^2 : ^1];
        int end = hasFold
            ? line.LastIndexOf($" {label} ", StringComparison.Ordinal)
            : line.LastIndexOf($" {label}", StringComparison.Ordinal);
        return (line[..end].Trim(), label, hasFold ? last : null);
    }
}
