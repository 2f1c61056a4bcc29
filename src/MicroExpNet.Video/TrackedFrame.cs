using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>A frame whose faces were followed, and which is to be recognised.</summary>
internal sealed class TrackedFrame
{
    /// <summary>The frame.</summary>
    public VideoFrame Frame { get; set; }

    /// <summary>Where its faces are.</summary>
    public FrameFaces Faces { get; } = new();

    /// <summary>The state of following after it, where it was asked for.</summary>
    public AnalysisState State { get; set; } = new();
}
