using System.Text.Json.Serialization;

namespace MicroExpNet.Vision.Json;

/// <summary>A picture's result as it stands in JSON: an object of <c>mexp predict --format json</c> and of the service's answers.</summary>
internal sealed record PictureJson
{
    /// <summary>The picture's name.</summary>
    public required string File { get; init; }

    /// <summary>Columns; null where the picture could not be read.</summary>
    public required int? Width { get; init; }

    /// <summary>Rows; null where the picture could not be read.</summary>
    public required int? Height { get; init; }

    /// <summary>Its faces, the largest first; empty where none is found.</summary>
    public required IReadOnlyList<FaceJson> Faces { get; init; }

    /// <summary>What is wrong with a file that was read all the same, e.g. that it is cut short; absent where nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Warning { get; init; }

    /// <summary>Why the picture could not be read; null where it was.</summary>
    public required string? Error { get; init; }
}
