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
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected an object of the eight expressions");
        Span<float> probabilities = stackalloc float[ExpressionScores.Count];
        int seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = IndexOf(ref reader);
            if (index < 0) throw new JsonException($"'{reader.GetString()}' is not one of {string.Join(", ", ExpressionScores.Names)}");
            if ((seen & (1 << index)) != 0) throw new JsonException($"'{ExpressionScores.Names[index]}' stands there twice");
            seen |= 1 << index;
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out probabilities[index]))
            {
                throw new JsonException($"'{ExpressionScores.Names[index]}' has no number; expected a probability, 0 to 1");
            }
        }

        for (int i = 0; i < ExpressionScores.Count; i++)
        {
            if ((seen & (1 << i)) == 0) throw new JsonException($"'{ExpressionScores.Names[i]}' is missing");
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

    private static int IndexOf(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < ExpressionScores.Count; i++)
        {
            if (reader.ValueTextEquals(ExpressionScores.Names[i])) return i;
        }

        return -1;
    }
}
