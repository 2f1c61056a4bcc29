namespace MicroExpNet.Video;

/// <summary>One decoded frame, as its luma plane.</summary>
/// <param name="index">Its number among the frames read, from 0.</param>
/// <param name="time">Its presentation time, from the film's start.</param>
/// <param name="width">Columns.</param>
/// <param name="height">Rows.</param>
/// <param name="luma">Grey values 0 to 255, <c>[height, width]</c>; overwritten when the next frame is read.</param>
public readonly struct VideoFrame(long index, TimeSpan time, int width, int height, ReadOnlyMemory<byte> luma)
{
    /// <summary>Its number among the frames read, from 0.</summary>
    public long Index { get; } = index;

    /// <summary>Its presentation time, from the film's start.</summary>
    public TimeSpan Time { get; } = time;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>Grey values 0 to 255, <c>[height, width]</c>; overwritten when the next frame is read.</summary>
    public ReadOnlyMemory<byte> Luma { get; } = luma;
}
