using System.Text;
using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>Reads what <see cref="JsonLabelWriter"/> writes.</summary>
internal static class JsonLabelReader
{
    /// <summary>Reads the rows.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="labels">The model's classes.</param>
    /// <exception cref="FormatException">It is no such file, or not whole.</exception>
    public static IEnumerable<LabelRow> Read(Stream stream, IReadOnlyList<string> labels)
    {
        using StreamReader reader = new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        for (int line = 1; reader.ReadLine() is { } text; line++) yield return Row(text, line, labels);
    }

    private static LabelRow Row(string text, int line, IReadOnlyList<string> labels)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement row = document.RootElement;
            return new LabelRow
            {
                File = row.GetProperty("file").GetString()!,
                Frame = Find(row, "frame")?.GetInt64(),
                Time = Find(row, "time")?.GetDouble(),
                Track = Find(row, "track")?.GetInt32(),
                Width = Find(row, "width")?.GetInt32(),
                Height = Find(row, "height")?.GetInt32(),
                Number = Find(row, "face")?.GetInt32(),
                Face = Find(row, "box") is { } box ? Face(row, box) : null,
                Expression = Find(row, "expression")?.GetString(),
                Probability = Find(row, "probability")?.GetSingle(),
                Probabilities = Find(row, "probabilities") is { } all
                    ? labels.Select(label => all.GetProperty(label).GetSingle()).ToArray()
                    : ReadOnlyMemory<float>.Empty,
                Error = Find(row, "error")?.GetString(),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"line {line} is no row of 'mexp label'", e);
        }
    }

    private static DetectedFace Face(JsonElement row, JsonElement box) => new(
        new FaceBox(
            box.GetProperty("x").GetInt32(), box.GetProperty("y").GetInt32(), box.GetProperty("width").GetInt32(),
            box.GetProperty("height").GetInt32()),
        row.GetProperty("score").GetSingle(),
        Find(row, "eyes") is { } eyes
            ? new EyePositions(
                eyes.GetProperty("left_x").GetSingle(), eyes.GetProperty("left_y").GetSingle(), eyes.GetProperty("right_x").GetSingle(),
                eyes.GetProperty("right_y").GetSingle())
            : null);

    private static JsonElement? Find(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value : null;
}
