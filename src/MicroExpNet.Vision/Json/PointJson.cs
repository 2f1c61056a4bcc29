using System.Text.Json.Serialization;

namespace MicroExpNet.Vision.Json;

/// <summary>A position in a picture, in pixels, to a tenth.</summary>
internal sealed record PointJson
{
    /// <summary>Rounds a position.</summary>
    /// <param name="x">To the right, from the left edge.</param>
    /// <param name="y">Down, from the upper edge.</param>
    [JsonConstructor]
    public PointJson(float x, float y) => (X, Y) = (MathF.Round(x, 1), MathF.Round(y, 1));

    /// <summary>To the right, from the left edge.</summary>
    public float X { get; }

    /// <summary>Down, from the upper edge.</summary>
    public float Y { get; }
}
