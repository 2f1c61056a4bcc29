using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>All units of a run: made once, kept in the output, and read by each worker.</summary>
internal sealed class UnitPlan
{
    /// <summary>How the names of plans start, within the output.</summary>
    public const string Prefix = LabelFolders.Own + "plan-";

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A digest over the arguments, the model and the options.</summary>
    public required string Key { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the model.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>All else that decides the rows.</summary>
    public required string Options { get; init; }

    /// <summary>The model's classes.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How parts are written.</summary>
    public required LabelFormat Format { get; init; }

    /// <summary>The lists, archives and films.</summary>
    public required IReadOnlyList<PlannedSource> Sources { get; init; }

    /// <summary>The units, by number.</summary>
    public required IReadOnlyList<PlannedUnit> Units { get; init; }

    /// <summary>Its name within the output.</summary>
    public string Name => NameOf(Key);

    /// <summary>The name of a plan within the output.</summary>
    /// <param name="key">Its key.</param>
    public static string NameOf(string key) => $"{Prefix}{key}.jsonl";

    /// <summary>The ending of a format's files.</summary>
    /// <param name="format">The format.</param>
    public static string EndingOf(LabelFormat format) => format switch
    {
        LabelFormat.Csv => ".csv",
        LabelFormat.NdJson => ".ndjson",
        _ => ".parquet",
    };

    /// <summary>Reads a plan.</summary>
    /// <param name="stream">Its bytes.</param>
    /// <exception cref="FormatException">It is no plan of this version.</exception>
    public static UnitPlan Read(Stream stream)
    {
        try
        {
            using StreamReader reader = new(stream, Encoding.UTF8);
            using JsonDocument head = JsonDocument.Parse(reader.ReadLine() ?? "");
            JsonElement facts = head.RootElement;
            if (facts.GetProperty("schema").GetInt32() != LabelRow.SchemaVersion)
            {
                throw new FormatException("a plan of another version of mexp");
            }
            List<PlannedUnit> units = new(facts.GetProperty("units").GetInt32());
            while (reader.ReadLine() is { } line)
            {
                Utf8JsonReader json = new(Encoding.UTF8.GetBytes(line));
                json.Read();
                json.Read();
                string digest = json.GetString()!;
                long[] numbers = new long[5];
                for (int i = 0; i < numbers.Length; i++)
                {
                    json.Read();
                    numbers[i] = json.GetInt64();
                }

                units.Add(new PlannedUnit(
                    units.Count, digest, (UnitKind)numbers[0], (int)numbers[1], numbers[2], numbers[3], numbers[4] < 0
                        ? null
                        : numbers[4]));
            }

            if (units.Count != facts.GetProperty("units").GetInt32()) throw new FormatException("the plan is cut short");
            return new UnitPlan
            {
                Key = facts.GetProperty("key").GetString()!,
                Model = facts.GetProperty("model").GetString()!,
                ModelDigest = facts.GetProperty("model_sha256").GetString()!,
                Options = facts.GetProperty("options").GetString()!,
                Labels = [.. facts.GetProperty("labels").EnumerateArray().Select(label => label.GetString()!)],
                Format = Enum.Parse<LabelFormat>(facts.GetProperty("format").GetString()!),
                Sources = [.. facts.GetProperty("sources").EnumerateArray().Select(source => new PlannedSource(
                    source.GetProperty("name").GetString()!, source.GetProperty("path").GetString()!,
                    source.GetProperty("root").GetString()!, source.GetProperty("own").GetBoolean()))],
                Units = units,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("not a plan of 'mexp label'", e);
        }
    }

    /// <summary>Writes the plan: a line of facts, then a line for each unit.</summary>
    /// <param name="stream">Takes the bytes.</param>
    public void Write(Stream stream)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter json = new(buffer, JsonOptions);
        json.WriteStartObject();
        json.WriteNumber("schema", LabelRow.SchemaVersion);
        json.WriteString("key", Key);
        json.WriteString("model", Model);
        json.WriteString("model_sha256", ModelDigest);
        json.WriteString("options", Options);
        json.WriteStartArray("labels");
        foreach (string label in Labels) json.WriteStringValue(label);
        json.WriteEndArray();
        json.WriteString("format", Format.ToString());
        json.WriteStartArray("sources");
        foreach (PlannedSource source in Sources)
        {
            json.WriteStartObject();
            json.WriteString("name", source.Name);
            json.WriteString("path", source.Path);
            json.WriteString("root", source.Root);
            json.WriteBoolean("own", source.IsOwnList);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("units", Units.Count);
        json.WriteEndObject();
        EndLine();
        foreach (PlannedUnit unit in Units)
        {
            json.WriteStartArray();
            json.WriteStringValue(unit.Digest);
            foreach (long value in (long[])[(long)unit.Kind, unit.Source, unit.Offset, unit.Length, unit.Pictures ?? -1])
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
            EndLine();
        }

        void EndLine()
        {
            json.Flush();
            buffer.Write("\n"u8);
            stream.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
            json.Reset();
        }
    }
}
