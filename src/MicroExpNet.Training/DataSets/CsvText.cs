using Sylvan.Data.Csv;

namespace MicroExpNet.Training.DataSets;

/// <summary>The text of CSV: its values, and its lines.</summary>
internal static class CsvText
{
    /// <summary>The text, in quotation marks where it needs them.</summary>
    /// <param name="text">The text.</param>
    public static string Quote(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;

    /// <summary>Whether a line is blank, as the last one of a file often is.</summary>
    /// <param name="csv">The table, at its current line.</param>
    public static bool IsBlank(CsvDataReader csv) =>
        csv.RowFieldCount == 0 || (csv.RowFieldCount == 1 && csv.GetFieldSpan(0).IsWhiteSpace());
}
