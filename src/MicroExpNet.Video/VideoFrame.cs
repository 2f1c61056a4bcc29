namespace MicroExpNet.Video;

/// <summary>One decoded frame, as its luma plane.</summary>
public readonly struct VideoFrame
{
    private readonly VideoInfo? _film;

    internal VideoFrame(long index, TimeSpan time, int width, int height, ReadOnlyMemory<byte> luma, VideoInfo? film) =>
        (Index, Time, Width, Height, Luma, _film) = (index, time, width, height, luma, film);

    /// <summary>Its number among the frames read, from 0.</summary>
    public long Index { get; }

    /// <summary>Its presentation time, from the film's start.</summary>
    public TimeSpan Time { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Grey values 0 to 255, <c>[height, width]</c>; overwritten when the next frame is read.</summary>
    public ReadOnlyMemory<byte> Luma { get; }

    /// <summary>A face in the film's own pixels, from one in this frame's; they differ where frames are decoded smaller.</summary>
    internal DetectedFace ToFilm(in DetectedFace face) =>
        _film is { } film && film.Width > Width && film.Height > Height
            ? Scale(face, (double)film.Width / Width, (double)film.Height / Height)
            : face;

    /// <summary>A face in this frame's pixels, from one in the film's own.</summary>
    internal DetectedFace FromFilm(in DetectedFace face) =>
        _film is { } film && film.Width > Width && film.Height > Height
            ? Scale(face, (double)Width / film.Width, (double)Height / film.Height)
            : face;

    private static DetectedFace Scale(in DetectedFace face, double x, double y)
    {
        EyePositions? eyes = face.Eyes is { } found
            ? new EyePositions((float)(found.LeftX * x), (float)(found.LeftY * y), (float)(found.RightX * x), (float)(found.RightY * y))
            : null;
        FaceBox box = new(Round(face.Box.X * x), Round(face.Box.Y * y), Round(face.Box.Width * x), Round(face.Box.Height * y));
        return new DetectedFace(box, face.Score, eyes);
    }

    private static int Round(double value) => (int)Math.Round(value);
}
