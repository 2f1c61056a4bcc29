using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Video;

/// <summary>
/// An animated WebP, which FFmpeg reads only since version 8: decoded by SkiaSharp, and given to FFmpeg as a stream of raw frames with
/// their times, so that it is filtered and scaled as every other film.
/// </summary>
internal sealed class WebPAnimation
{
    private const int HeaderLength = 21;
    private const int FlagsAt = 20, AnimationFlag = 2;

    // As browsers do, a frame that is to be shown for at most this long is shown for a tenth of a second.
    private const int MinMilliseconds = 10, DefaultMilliseconds = 100;

    private readonly string _path;
    private readonly int[] _durations;

    private WebPAnimation(string path, int width, int height, int[] durations) =>
        (_path, Width, Height, _durations) = (path, width, height, durations);

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>How long all frames are shown.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(_durations.Sum(one => (long)one));

    /// <summary>The mean number of frames a second.</summary>
    public double FrameRate => _durations.Length / Duration.TotalSeconds;

    /// <summary>Whether a file starts as animated WebP does.</summary>
    /// <param name="path">The file.</param>
    public static bool IsAnimation(string path)
    {
        if (!Path.GetExtension(path).Equals(".webp", StringComparison.OrdinalIgnoreCase)) return false;
        Span<byte> header = stackalloc byte[HeaderLength];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength
            && header.StartsWith("RIFF"u8) && header[8..].StartsWith("WEBPVP8X"u8) && (header[FlagsAt] & AnimationFlag) != 0;
    }

    /// <summary>Reads what the file says about its frames.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="VideoFormatException">It is broken.</exception>
    public static WebPAnimation Open(string path)
    {
        using SKCodec? codec = SKCodec.Create(path);
        if (codec is null || codec.FrameCount == 0) throw new VideoFormatException($"'{path}' is not a film: its WebP animation is broken");
        int[] durations = [
            .. codec.FrameInfo.Select(frame => frame.Duration <= MinMilliseconds ? DefaultMilliseconds : frame.Duration)];
        return new WebPAnimation(path, codec.Info.Width, codec.Info.Height, durations);
    }

    /// <summary>The time of the first frame that is read.</summary>
    /// <param name="from">The time that reading starts at.</param>
    public TimeSpan FirstTime(TimeSpan from)
    {
        TimeSpan time = TimeSpan.Zero;
        for (int i = 0; i < _durations.Length && time < from; i++) time += TimeSpan.FromMilliseconds(_durations[i]);
        return time;
    }

    /// <summary>Decodes the frames.</summary>
    /// <param name="stream">Takes them, as Matroska, whose times start at <paramref name="from"/>.</param>
    /// <param name="from">The time of the first frame that is written.</param>
    /// <param name="to">The time at which writing ends; null for the end.</param>
    /// <returns>Which frame is broken; null where none is.</returns>
    public string? WriteTo(Stream stream, TimeSpan from, TimeSpan? to)
    {
        using SKCodec codec = SKCodec.Create(_path);
        SKImageInfo info = new(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        byte[] pixels = GC.AllocateArray<byte>(checked(Width * Height * 4), pinned: true);
        MatroskaStream frames = new(stream, Width, Height);
        TimeSpan time = TimeSpan.Zero;
        SKCodecFrameInfo[] infos = codec.FrameInfo;
        for (int i = 0; i < _durations.Length && !(time >= to); i++)
        {
            // A frame is drawn over the one before it, unless it needs none.
            bool isWhole = infos[i].RequiredFrame < 0;
            if (isWhole) Array.Clear(pixels);
            SKCodecOptions options = isWhole ? new SKCodecOptions(i) : new SKCodecOptions(i, i - 1);
            SKCodecResult result = codec.GetPixels(info, Marshal.UnsafeAddrOfPinnedArrayElement(pixels, 0), info.RowBytes, options);
            if (result != SKCodecResult.Success) return $"frame {i} is broken ({result})";
            if (time >= from) frames.Write(time - from, pixels);
            time += TimeSpan.FromMilliseconds(_durations[i]);
        }

        return null;
    }
}
