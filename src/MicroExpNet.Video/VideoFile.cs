using System.Runtime.CompilerServices;

namespace MicroExpNet.Video;

/// <summary>
/// A film on disk, or numbered pictures that make one (<c>frame%04d.png</c>). FFmpeg decodes it in a process of its own, so every
/// container and codec that FFmpeg reads can be read, and memory does not depend on the film's length. Frames are rotated as the film's
/// metadata says.
/// </summary>
public sealed class VideoFile
{
    private VideoFile(FFmpegInstallation installation, string path, FilmSource source, VideoInfo info, VideoFileOptions options) =>
        (Installation, Path, Source, Info, Options) = (installation, path, source, info, options);

    /// <summary>The film's path.</summary>
    public string Path { get; }

    /// <summary>What the container says.</summary>
    public VideoInfo Info { get; }

    /// <summary>Which part of the film is read.</summary>
    public VideoFileOptions Options { get; }

    /// <summary>
    /// Whether the last frame is missing or the film is damaged: FFmpeg's own words, one line; null where all is well. Known when
    /// all frames were read.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>Whether FFmpeg was ended from outside before the film's end. Known when all frames were read.</summary>
    internal bool WasKilled { get; private set; }

    internal FFmpegInstallation Installation { get; }

    internal FilmSource Source { get; }

    /// <summary>Opens a film and reads what its container says; no frame is decoded.</summary>
    /// <param name="path">The film; or numbered pictures, a name with <c>%d</c>, or <c>%04d</c> for a number of four digits.</param>
    /// <param name="options">Which part to read; the whole if absent.</param>
    /// <exception cref="FFmpegNotFoundException">FFmpeg is not installed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="VideoFormatException">The file is not a film, or has no such stream.</exception>
    /// <exception cref="IOException"><c>ffprobe</c> was ended from outside.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static VideoFile Open(string path, VideoFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new VideoFileOptions();
        options.Check();
        FilmSource source = FilmSource.Open(path, options.PictureRate);
        FFmpegInstallation installation = FFmpegInstallation.Find(options.FFmpegPath);
        VideoInfo info = source.Animation is { } animation
            ? Describe(animation, path, options.Stream)
            : FFmpegProbe.Read(installation, path, source, options.Stream);
        if (info.SeeksExactly && info.Duration is { } duration && options.From >= duration)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                    $"'{path}' is {duration.TotalSeconds:0.##} s long; reading cannot start at {options.From.TotalSeconds:0.##} s");
        }

        return new VideoFile(installation, path, source, info, options);
    }

    /// <summary>
    /// Decodes the film's frames in order, a few ahead of the reader. A film that is cut short or damaged gives the frames there are;
    /// <see cref="Damage"/> then says what FFmpeg found.
    /// </summary>
    /// <param name="cancellationToken">Stops decoding.</param>
    /// <returns>The frames; each one's pixels are overwritten when the next is read.</returns>
    /// <exception cref="VideoFormatException">Not one frame can be decoded.</exception>
    /// <exception cref="IOException">FFmpeg was ended from outside before the first frame.</exception>
    public async IAsyncEnumerable<VideoFrame> ReadFramesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using FramePump pump = StartPump(skip: 0, framesHeld: 1);
        await foreach (VideoFrame frame in pump.ReadAsync(cancellationToken).ConfigureAwait(false)) yield return frame;
        Complete(pump);
    }

    /// <summary>A decoder of the film's frames.</summary>
    /// <param name="skip">How many frames to leave out; the others keep their numbers.</param>
    /// <param name="framesHeld">How many frames its reader has at a time, 1 or more.</param>
    internal FramePump StartPump(long skip, int framesHeld) =>
        FramePump.AllOf(this, skip, framesHeld);

    /// <summary>Notes how decoding ended.</summary>
    /// <param name="pump">The decoder, whose frames were all read.</param>
    internal void Complete(FramePump pump) => (Damage, WasKilled) = (pump.Damage ?? (pump.IsAtTo ? null : Source.Missing), pump.WasKilled);

    private static VideoInfo Describe(WebPAnimation animation, string path, int stream) => stream == 0
        ? new VideoInfo("webp", "rgba", animation.Width, animation.Height, 0, animation.FrameRate, animation.Duration, AudioCodec: null)
        : throw new VideoFormatException($"'{path}' has 1 video stream; there is no number {stream}");
}
