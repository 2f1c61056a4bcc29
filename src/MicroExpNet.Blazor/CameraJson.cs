using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroExpNet.Blazor;

/// <summary>
/// What the component and its script exchange, as text. Blazor's own serialisation of arguments needs reflection, which trimming breaks.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CameraSettings))]
[JsonSerializable(typeof(CameraFrame))]
[JsonSerializable(typeof(IReadOnlyList<CameraDevice>))]
internal sealed partial class CameraJson : JsonSerializerContext;
