using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroExpNet;

/// <summary>
/// Writes scores as a JSON object with the eight probabilities by name, <c>{"neutral":0.01,"anger":0,…}</c>, and reads such an object: all
/// eight names once, in any order. It uses no reflection and works in trimmed and natively compiled programs.
/// </summary>
public sealed class ExpressionScoresJsonConverter : JsonConverter<ExpressionScores>
{
    /// <inheritdoc/>
    public override ExpressionScores Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        List<float> given = [];
        List<string> labels = ClassScoresJsonConverter.ReadLabels(ref reader, given);
        for (int i = 0; i < labels.Count; i++)
        {
            if (!ExpressionScores.Names.Contains(labels[i]))
            {
                throw new JsonException($"'{labels[i]}' is not one of {string.Join(", ", ExpressionScores.Names)}");
            }

            if (labels.IndexOf(labels[i]) < i) throw new JsonException($"'{labels[i]}' stands there twice");
        }

        Span<float> probabilities = stackalloc float[ExpressionScores.Count];
        for (int i = 0; i < probabilities.Length; i++)
        {
            int index = labels.IndexOf(ExpressionScores.Names[i]);
            probabilities[i] = index >= 0 ? given[index] : throw new JsonException($"'{ExpressionScores.Names[i]}' is missing");
        }

        return new ExpressionScores(probabilities);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ExpressionScores value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        for (int i = 0; i < ExpressionScores.Count; i++) writer.WriteNumber(ExpressionScores.Names[i], value[(Expression)i]);
        writer.WriteEndObject();
    }
}
