namespace MicroExpNet.Vision.Json;

/// <summary>The centres of a face's eyes, left and right as they stand in the picture.</summary>
internal sealed record EyesJson(PointJson Left, PointJson Right)
{
    /// <summary>The JSON form of eye positions.</summary>
    public static EyesJson Of(EyePositions eyes) => new(new PointJson(eyes.LeftX, eyes.LeftY), new PointJson(eyes.RightX, eyes.RightY));
}
