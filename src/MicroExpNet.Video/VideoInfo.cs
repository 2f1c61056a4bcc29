namespace MicroExpNet.Video;

/// <summary>What a film's container says about its video stream.</summary>
/// <param name="Codec">The codec's name, e.g. <c>h264</c>.</param>
/// <param name="PixelFormat">FFmpeg's name of the pixel format, e.g. <c>yuv420p</c>; empty where unknown.</param>
/// <param name="Width">Columns as they are shown, after rotation.</param>
/// <param name="Height">Rows as they are shown, after rotation.</param>
/// <param name="Rotation">Clockwise degrees by which frames are rotated for display: 0, 90, 180 or 270.</param>
/// <param name="FrameRate">The average number of frames a second; null where the container does not say.</param>
/// <param name="Duration">The length; null where the container does not say.</param>
/// <param name="AudioCodec">The codec of the film's first sound; null where there is none.</param>
public sealed record VideoInfo(
    string Codec,
    string PixelFormat,
    int Width,
    int Height,
    int Rotation,
    double? FrameRate,
    TimeSpan? Duration,
    string? AudioCodec)
{
    /// <summary>Whether the film has sound.</summary>
    public bool HasAudio => AudioCodec is not null;

    /// <summary>FFmpeg's name of the container; empty where unknown.</summary>
    internal string Container { get; init; } = "";

    /// <summary>The codecs of all its sounds, in order, with commas between them.</summary>
    internal string AudioCodecs { get; init; } = "";

    /// <summary>Width and height of a pixel as they are shown, after rotation, e.g. <c>64/45</c>; null where they are equal.</summary>
    internal string? PixelAspect { get; init; }

    /// <summary>
    /// Whether pictures and sounds begin at different times, and FFmpeg counts times from the first of what it reads, as in transport and
    /// program streams, whose clocks start anywhere. Both have to be read for either to have the film's times.
    /// </summary>
    internal bool IsReadWhole { get; init; }

    /// <summary>Whether luma and chroma are those of ITU-R BT.709, and the film says so.</summary>
    internal bool IsBt709 { get; init; }

    /// <summary>Whether FFmpeg's seeking comes to the right frame: these containers have an index of frames, or times that it can be
    /// found by. In a transport stream it comes to a later keyframe.</summary>
    internal bool SeeksExactly => Container.Split(',').Any(name => name is "mp4" or "matroska" or "flv" or "asf");
}
