using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroExpNet;

/// <summary>
/// Writes scores as a JSON object with each class's probability by name, <c>{"bored":0.93,"awake":0.07}</c>, and reads such an object. It
/// uses no reflection and works in trimmed and natively compiled programs.
/// </summary>
public sealed class ClassScoresJsonConverter : JsonConverter<ClassScores>
{
    /// <inheritdoc/>
    public override ClassScores Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        List<float> probabilities = [];
        List<string> labels = ReadLabels(ref reader, probabilities);
        return labels.Count > 0 ? new ClassScores([.. labels], [.. probabilities]) : throw new JsonException("there is no class");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ClassScores value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        for (int i = 0; i < value.Labels.Length; i++) writer.WriteNumber(value.Labels[i], value.Probabilities[i]);
        writer.WriteEndObject();
    }

    /// <summary>Reads an object of probabilities by name.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="probabilities">Receives the probability of each name.</param>
    /// <returns>The names.</returns>
    internal static List<string> ReadLabels(ref Utf8JsonReader reader, List<float> probabilities)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected an object of probabilities by name");
        List<string> labels = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string label = reader.GetString()!;
            labels.Add(label);
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out float probability) ||
                !float.IsFinite(probability))
            {
                throw new JsonException($"'{label}' has no number; expected a probability, 0 to 1");
            }

            probabilities.Add(probability);
        }

        return labels;
    }
}
