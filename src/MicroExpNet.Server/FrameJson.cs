namespace MicroExpNet.Server;

/// <summary>The answer to a frame of a stream.</summary>
internal sealed record FrameJson
{
    /// <summary>The frame's number in its stream, from 1; skipped frames count.</summary>
    public required long Frame { get; init; }

    /// <summary>When the frame came, in seconds after the stream began.</summary>
    public required double Time { get; init; }

    /// <summary>Columns; null where the frame could not be read.</summary>
    public required int? Width { get; init; }

    /// <summary>Rows; null where the frame could not be read.</summary>
    public required int? Height { get; init; }

    /// <summary>Its faces, the largest first; empty where none is found.</summary>
    public required IReadOnlyList<TrackedFaceJson> Faces { get; init; }

    /// <summary>Why the frame could not be read; null where it was.</summary>
    public required string? Error { get; init; }
}
