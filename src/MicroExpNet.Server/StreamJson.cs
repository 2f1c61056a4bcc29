using System.Text.Json.Serialization;

namespace MicroExpNet.Server;

/// <summary>Writes the answers of streams as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FrameJson))]
internal sealed partial class StreamJson : JsonSerializerContext;
