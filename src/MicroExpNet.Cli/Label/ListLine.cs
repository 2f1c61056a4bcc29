using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>The lines of a plan's own lists: a path or URL each; one with a line break or a tab, or a quote in front, as JSON.</summary>
internal static class ListLine
{
    /// <summary>Writes a line.</summary>
    /// <param name="name">The path or URL.</param>
    public static string Encode(string name) => name.StartsWith('"') || name.AsSpan().ContainsAny('\n', '\r', '\t')
        ? $"\"{JsonEncodedText.Encode(name)}\""
        : name;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    public static string Decode(string line)
    {
        if (!line.StartsWith('"')) return line;
        using JsonDocument text = JsonDocument.Parse(line);
        return text.RootElement.GetString()!;
    }
}
