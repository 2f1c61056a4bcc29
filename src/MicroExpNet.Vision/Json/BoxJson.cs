namespace MicroExpNet.Vision.Json;

/// <summary>A face's box, in pixels.</summary>
/// <param name="X">Its left edge.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal sealed record BoxJson(int X, int Y, int Width, int Height)
{
    /// <summary>The JSON form of a box.</summary>
    public static BoxJson Of(FaceBox box) => new(box.X, box.Y, box.Width, box.Height);
}
