namespace MicroExpNet.Video;

/// <summary>How a camera is opened.</summary>
public sealed record CameraOptions
{
    /// <summary>The program <c>ffmpeg</c> or its folder; null to search for it.</summary>
    public string? FFmpegPath { get; init; }

    /// <summary>Columns asked of the camera, 16 or more; null with <see cref="Height"/> for its own choice.</summary>
    public int? Width { get; init; }

    /// <summary>Rows asked of the camera, 16 or more.</summary>
    public int? Height { get; init; }

    /// <summary>Frames a second asked of the camera, above 0; null for its own choice.</summary>
    public double? FrameRate { get; init; }

    internal void Check()
    {
        if (Width.HasValue != Height.HasValue) throw new ArgumentException("a camera's width and height are given together");
        if (Width is { } width) ArgumentOutOfRangeException.ThrowIfLessThan(width, 16, nameof(Width));
        if (Height is { } height) ArgumentOutOfRangeException.ThrowIfLessThan(height, 16, nameof(Height));
        if (FrameRate is { } rate && !(rate is > 0 and <= 1000))
        {
            throw new ArgumentOutOfRangeException(nameof(FrameRate), rate, "expected above 0 and at most 1000 frames a second");
        }
    }
}
