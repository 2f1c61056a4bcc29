using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>A model's name, labels and card as the entries of an ONNX file's <c>metadata_props</c>.</summary>
internal static class CardMetadata
{
    private const string Architecture = "architecture";
    private const string Labels = "labels";
    private const string InputSize = "input_size";
    private const string PixelScale = "pixel_scale";
    private const string PixelOffset = "pixel_offset";
    private const string InputFormat = "pixel_format";
    private const string FaceSize = "face_size";
    private const string FaceWindow = "face_window";
    private const string FaceUpright = "face_upright";
    private const string FaceAntialias = "face_antialias";
    private const string FaceLeveling = "face_leveling";
    private const string FaceMirror = "face_mirror";
    private const string ClassFrequencies = "class_frequencies";
    private const string Description = "description";
    private const string TrainingData = "training_data";
    private const string License = "license";
    private const string Source = "source";
    private const string Scores = "scores";

    private const int MaxListLength = 1 << 20;

    private static readonly ImmutableHashSet<string> Known =
        [Architecture, Labels, InputSize, PixelScale, PixelOffset, InputFormat, FaceSize, FaceWindow, FaceUpright, FaceAntialias,
            FaceLeveling, FaceMirror, ClassFrequencies, Description, TrainingData, License, Source, Scores];

    /// <summary>The entries, in a fixed order.</summary>
    public static List<KeyValuePair<string, string>> Write(Model model)
    {
        Architecture architecture = model.Architecture;
        ModelCard card = model.Card;
        List<KeyValuePair<string, string>> entries = [];
        Add(Architecture, architecture.Name);
        Add(Labels, WriteLabels(architecture.Labels));
        Add(InputSize, string.Create(CultureInfo.InvariantCulture, $"{architecture.Input.Height}x{architecture.Input.Width}"));
        Add(PixelScale, Text(card.PixelScale));
        Add(PixelOffset, Text(card.PixelOffset));
        if (card.InputFormat != PixelFormat.Gray8) Add(InputFormat, card.InputFormat == PixelFormat.Rgb24 ? "rgb" : "bgr");
        if (card.FaceCrop is { } crop)
        {
            Add(FaceSize, string.Create(CultureInfo.InvariantCulture, $"{crop.FaceHeight}x{crop.FaceWidth}"));
            Add(FaceWindow, string.Create(CultureInfo.InvariantCulture, $"{crop.Top},{crop.Left},{crop.Height},{crop.Width}"));
        }

        AddFlag(FaceUpright, card.Upright);
        AddFlag(FaceAntialias, card.Antialias);
        if (card.Leveling != 0) Add(FaceLeveling, Text(card.Leveling));
        AddFlag(FaceMirror, card.MirrorMean);
        if (!card.ClassFrequencies.IsDefaultOrEmpty) Add(ClassFrequencies, string.Join(',', card.ClassFrequencies.Select(Text)));
        Add(Description, card.Description);
        Add(TrainingData, card.TrainingData);
        Add(License, card.License);
        Add(Source, card.Source);
        Add(Scores, card.Scores);
        entries.AddRange(card.Other);
        return entries;

        void Add(string key, string? value)
        {
            if (value is not null) entries.Add(new(key, value));
        }

        void AddFlag(string key, bool value) => Add(key, value ? "true" : null);

        static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The architecture's name, where the file gives one.</summary>
    public static string? ReadName(Dictionary<string, string> metadata) => Text(metadata, Architecture);

    /// <summary>The labels, where the file gives them: a JSON array of strings, or names separated by commas.</summary>
    public static IReadOnlyList<string>? ReadLabels(Dictionary<string, string> metadata, string file)
    {
        if (Text(metadata, Labels) is not { } text) return null;
        if (text.Length > MaxListLength)
        {
            throw new ModelFormatException(
                $"{file}: its metadata '{Labels}' has {text.Length} characters; expected at most {MaxListLength}");
        }

        if (!text.TrimStart().StartsWith('[')) return text.Split(',', StringSplitOptions.TrimEntries);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateArray().Select(label => label.GetString() ?? "")];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException($"{file}: its metadata '{Labels}' is no JSON array of names", e);
        }
    }

    /// <summary>Rows and columns of the input, where the file gives them.</summary>
    public static (int Height, int Width)? ReadInputSize(Dictionary<string, string> metadata, string file)
    {
        if (Text(metadata, InputSize) is not { } text) return null;
        int[] size = Integers(text, 'x', 2, InputSize, file);
        return (size[0], size[1]);
    }

    /// <summary>The card; what the file leaves out has the original's value.</summary>
    public static ModelCard Read(Dictionary<string, string> metadata, string file) => new()
    {
        PixelScale = Number(metadata, PixelScale, 1, file),
        PixelOffset = Number(metadata, PixelOffset, 0, file),
        InputFormat = Text(metadata, InputFormat) switch
        {
            null or "gray" => PixelFormat.Gray8,
            "rgb" => PixelFormat.Rgb24,
            "bgr" => PixelFormat.Bgr24,
            var text => throw new ModelFormatException($"{file}: its metadata '{InputFormat}' is '{text}'; expected gray, rgb or bgr"),
        },
        FaceCrop = ReadFaceCrop(metadata, file),
        Upright = Flag(metadata, FaceUpright, file),
        Antialias = Flag(metadata, FaceAntialias, file),
        Leveling = Number(metadata, FaceLeveling, 0, file),
        MirrorMean = Flag(metadata, FaceMirror, file),
        ClassFrequencies = ReadFrequencies(metadata, file),
        Description = Text(metadata, Description),
        TrainingData = Text(metadata, TrainingData),
        License = Text(metadata, License),
        Source = Text(metadata, Source),
        Scores = Text(metadata, Scores),
        Other = ReadOthers(metadata),
    };

    private static ImmutableSortedDictionary<string, string> ReadOthers(Dictionary<string, string> metadata)
    {
        ImmutableSortedDictionary<string, string> others = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach (string key in metadata.Keys)
        {
            if (!Known.Contains(key)) others = others.Add(key, metadata[key]);
        }

        return others;
    }

    private static string WriteLabels(ImmutableArray<string> labels)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text,
            new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (string label in labels) writer.WriteStringValue(label);
            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private static FaceCrop? ReadFaceCrop(Dictionary<string, string> metadata, string file)
    {
        if (Text(metadata, FaceSize) is not { } size) return null;
        int[] face = Integers(size, 'x', 2, FaceSize, file);
        int[] window = Text(metadata, FaceWindow) is { } text ? Integers(text, ',', 4, FaceWindow, file) : [0, 0, face[0], face[1]];
        return new FaceCrop(face[0], face[1], window[0], window[1], window[2], window[3]);
    }

    private static ImmutableArray<float> ReadFrequencies(Dictionary<string, string> metadata, string file)
    {
        if (Text(metadata, ClassFrequencies) is not { } text) return [];
        if (text.Length > MaxListLength)
        {
            throw new ModelFormatException(
                $"{file}: its metadata '{ClassFrequencies}' has {text.Length} characters; expected at most {MaxListLength}");
        }

        List<float> frequencies = [];
        foreach (string part in text.Split(','))
        {
            if (!float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float frequency) ||
                !(frequency >= 0 && frequency <= 1))
            {
                throw new ModelFormatException(
                    $"{file}: its metadata '{ClassFrequencies}' is '{text}'; expected a share 0 to 1 for each label, separated by ','");
            }

            frequencies.Add(frequency);
        }

        return [.. frequencies];
    }

    private static int[] Integers(string text, char separator, int count, string key, string file)
    {
        string[] parts = text.Split(separator);
        int[] values = new int[count];
        bool valid = parts.Length == count;
        for (int i = 0; valid && i < count; i++)
        {
            valid = int.TryParse(parts[i], NumberStyles.Integer, CultureInfo.InvariantCulture, out values[i]);
        }

        return valid
            ? values
            : throw new ModelFormatException(
                $"{file}: its metadata '{key}' is '{text}'; expected {count} whole numbers separated by '{separator}'");
    }

    private static bool Flag(Dictionary<string, string> metadata, string key, string file) => Text(metadata, key) switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw new ModelFormatException($"{file}: its metadata '{key}' is '{text}'; expected true or false"),
    };

    private static float Number(Dictionary<string, string> metadata, string key, float otherwise, string file)
    {
        if (Text(metadata, key) is not { } text) return otherwise;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw new ModelFormatException($"{file}: its metadata '{key}' is '{text}'; expected a number");
    }

    private static string? Text(Dictionary<string, string> metadata, string key) =>
        metadata.TryGetValue(key, out string? text) && text.Length > 0 ? text : null;
}
