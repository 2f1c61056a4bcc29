using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Blur;

/// <summary>What <c>mexp blur</c> was asked for.</summary>
internal sealed record BlurRequest
{
    /// <summary>Files, folders, patterns, <c>-</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The folder of the results.</summary>
    public required string Output { get; init; }

    /// <summary>Finds and numbers the faces of pictures.</summary>
    public required PhotoClassifier Pictures { get; init; }

    /// <summary>Makes what finds and numbers the faces of films.</summary>
    public required Func<VideoAnalyzer> Films { get; init; }

    /// <summary>Covers the faces.</summary>
    public required FaceCover Cover { get; init; }

    /// <summary>The numbers of the faces that stay as they are.</summary>
    public required IReadOnlyCollection<int> Kept { get; init; }

    /// <summary>Pictures at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>FFmpeg; null to search for it.</summary>
    public string? FFmpegPath { get; init; }
}
