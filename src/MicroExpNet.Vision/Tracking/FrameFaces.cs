namespace MicroExpNet.Vision;

/// <summary>Where the faces of a frame are: what a tracker hands to recognition.</summary>
internal sealed class FrameFaces
{
    /// <summary>The frame's time.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>The faces seen in the frame with their tracks' numbers, the largest first.</summary>
    public List<(int Track, DetectedFace Face)> Seen { get; } = [];

    /// <summary>The numbers of all tracks that have not ended.</summary>
    public List<int> Tracks { get; } = [];
}
