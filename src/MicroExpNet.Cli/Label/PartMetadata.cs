using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>What a Parquet part says of itself, as JSON under the key <c>mexp.label</c>.</summary>
internal static class PartMetadata
{
    /// <summary>The key of the file's metadata.</summary>
    public const string Key = "mexp.label";

    /// <summary>Describes a part.</summary>
    /// <param name="plan">The plan it belongs to.</param>
    /// <param name="unit">Its unit; null for a table of many.</param>
    /// <param name="facts">Its counts.</param>
    public static string Write(UnitPlan plan, PlannedUnit? unit, PartFacts facts)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", LabelRow.SchemaVersion);
            json.WriteString("model", plan.Model);
            json.WriteString("model_sha256", plan.ModelDigest);
            json.WriteString("options", plan.Options);
            if (unit is not null)
            {
                json.WriteNumber("unit", unit.Number);
                json.WriteString("digest", unit.Digest);
            }

            json.WriteNumber("pictures", facts.Pictures);
            json.WriteNumber("rows", facts.Rows);
            json.WriteNumber("faces", facts.Faces);
            json.WriteNumber("errors", facts.Errors);
            json.WriteString("rows_sha256", facts.Digest);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
