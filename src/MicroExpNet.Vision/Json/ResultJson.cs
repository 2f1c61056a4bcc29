using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroExpNet.Vision.Json;

/// <summary>Writes results as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PictureJson))]
[JsonSerializable(typeof(PictureJson[]))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    /// <summary>With the letters of file names as they are: this JSON is not put into a web page.</summary>
    public static ResultJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
