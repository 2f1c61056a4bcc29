namespace MicroExpNet.Training.DataSets;

/// <summary>Text as a value of CSV.</summary>
internal static class CsvText
{
    /// <summary>The text, in quotation marks where it needs them.</summary>
    /// <param name="text">The text.</param>
    public static string Quote(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
