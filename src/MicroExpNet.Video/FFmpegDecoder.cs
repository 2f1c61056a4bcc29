using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MicroExpNet.Video;

/// <summary>
/// A running <c>ffmpeg</c> that writes luma planes to its standard output. Its <c>showinfo</c> filter prints each frame's time and size to
/// standard error, in the same order.
/// </summary>
internal sealed partial class FFmpegDecoder : IDisposable
{
    private const int MaxMessages = 20;

    // Containers round times to a millisecond: a third of a second is 0.333 s.
    private const string RoundedTime = "0.0005";

    private readonly Process _process;
    private readonly BlockingCollection<FrameTag> _tags = [];
    private readonly List<string> _messages = [];
    private readonly TimeSpan _clockStart;
    private readonly Task _listener;
    private readonly Task _feeder;

    /// <summary>Starts decoding a film.</summary>
    /// <param name="film">The film, and which part of it.</param>
    /// <param name="inColor">Whether frames are RGBA in the film's own size, rather than luma.</param>
    public FFmpegDecoder(VideoFile film, bool inColor = false)
        : this(film.Installation, Arguments(film, inColor), FeedOf(film), StartOf(film))
    {
    }

    /// <summary>Starts decoding.</summary>
    /// <param name="installation">FFmpeg.</param>
    /// <param name="arguments">Its arguments: raw frames to standard output, <c>showinfo</c> as the last filter.</param>
    /// <param name="feed">Writes its standard input, and returns what is wrong with it, or null; null for no input.</param>
    /// <param name="clockStart">The time that FFmpeg's times are counted from.</param>
    public FFmpegDecoder(
        FFmpegInstallation installation, IEnumerable<string> arguments, Func<Stream, string?>? feed = null, TimeSpan clockStart = default)
    {
        _clockStart = clockStart;
        _process = Process.Start(FFmpegStart.Of(installation.Ffmpeg, arguments))
            ?? throw new FFmpegNotFoundException($"'{installation.Ffmpeg}' does not start");
        PipeBuffer.Enlarge(_process.StandardOutput.BaseStream);
        _feeder = feed is null
            ? Task.CompletedTask
            : Task.Factory.StartNew(() => Feed(feed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (feed is null) _process.StandardInput.Close();
        _listener = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What FFmpeg complained about, at most 20 lines; complete when all frames were read.</summary>
    public IReadOnlyList<string> Messages => _messages;

    // Times of a film that is sought in start where reading does.
    private static TimeSpan StartOf(VideoFile film) =>
        film.Source.Animation is { } animation ? animation.FirstTime(film.Options.From)
        : film.Info.SeeksExactly ? film.Options.From
        : TimeSpan.Zero;

    private static List<string> Arguments(VideoFile film, bool inColor)
    {
        VideoFileOptions options = film.Options;
        List<string> arguments = ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info"];
        bool isFed = film.Source.Animation is not null;
        bool seeks = !isFed && film.Info.SeeksExactly;
        if (options.From > TimeSpan.Zero && seeks) arguments.AddRange(["-ss", Seconds(options.From)]);
        if (options.To is { } to && seeks) arguments.AddRange(["-t", Seconds(to - options.From)]);

        // Without -copyts, times are from the film's start or from -ss on: a transport stream's clock starts anywhere. -t counts from the
        // first frame that is found, which may be late; whoever reads the frames ends where it must.
        arguments.AddRange([.. film.Source.Input, "-map", $"0:V:{options.Stream}", "-an", "-sn", "-dn"]);
        string filters = string.Join(',', Filters(film.Info, options, inColor, isCut: !isFed && !seeks));
        arguments.AddRange(["-vf", filters, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]);
        if (film.Info.IsReadWhole) arguments.AddRange(["-map", "0:a", "-c", "copy", "-f", "null", "-"]);
        return arguments;
    }

    /// <summary>Waits for the next frame's time and size.</summary>
    /// <returns>Whether there is another frame.</returns>
    public bool TryReadTag(out FrameTag tag, CancellationToken cancellationToken) =>
        _tags.TryTake(out tag, Timeout.Infinite, cancellationToken);

    /// <summary>Reads the next frame's pixels.</summary>
    /// <returns>Whether all of them came.</returns>
    public bool TryReadPixels(Span<byte> pixels) =>
        _process.StandardOutput.BaseStream.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) == pixels.Length;

    /// <summary>Waits for the end of the program.</summary>
    /// <returns>Its exit code.</returns>
    public int WaitForExit()
    {
        _listener.Wait();
        _feeder.Wait();
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends the program at once.</summary>
    public void Kill()
    {
        try
        {
            if (!_process.HasExited) _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended in between.
        }
    }

    public void Dispose()
    {
        Kill();
        _listener.Wait();
        _feeder.Wait();
        _process.Dispose();
        _tags.Dispose();
    }

    // A frame that is left out is decoded, but not handed over.
    private static IEnumerable<string> Filters(VideoInfo info, VideoFileOptions options, bool inColor, bool isCut)
    {
        // Not by trim alone, which rounds to the unit of the film's times: a fifth of a second in some.
        if (isCut && options.From > TimeSpan.Zero) yield return $"select=isnan(t)+gte(t+0.000001\\,{Seconds(options.From)})";
        if (isCut && options.To is { } to) yield return $"trim=end={Seconds(to + TimeSpan.FromSeconds(1))}";

        if (options.EveryFrames > 1) yield return $"select=not(mod(n\\,{options.EveryFrames}))";
        if (options.EveryTime is { } time)
        {
            // The first frame of each interval: an interval after the last one that was taken would drift, and lose frames by rounding.
            string from = isCut ? Seconds(options.From) : "0";
            string Interval(string at) => $"floor(({at}-{from}+{RoundedTime})/{Seconds(time)})";
            yield return $"select=isnan(prev_selected_t)+gt({Interval("t")}\\,{Interval("prev_selected_t")})";
        }
        if (inColor)
        {
            yield return "format=rgba";
            yield return "showinfo=checksum=0";
            yield break;
        }

        bool hasLuma = HasLumaOf8Bits(info.PixelFormat);
        if (options.MaxSide is { } side)
        {
            yield return $"scale=w='min(iw,{side})':h='min(ih,{side})':force_original_aspect_ratio=decrease:flags=area";
            if (hasLuma) yield return $"format={info.PixelFormat}";
        }

        // The luma plane as it is where there is one of 8 bits; else a conversion.
        yield return hasLuma ? "extractplanes=y" : "format=gray";
        yield return "showinfo=checksum=0";
    }

    private static bool HasLumaOf8Bits(string pixelFormat) =>
        pixelFormat is "nv12" or "nv21" or "gray"
        || (pixelFormat.StartsWith("yuv", StringComparison.Ordinal) && !pixelFormat.EndsWith("le", StringComparison.Ordinal)
            && !pixelFormat.EndsWith("be", StringComparison.Ordinal) && !pixelFormat.StartsWith("yuyv", StringComparison.Ordinal)
            && !pixelFormat.StartsWith("yuva", StringComparison.Ordinal));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    private static Func<Stream, string?>? FeedOf(VideoFile film) =>
        film.Source.Animation is { } animation ? input => animation.WriteTo(input, film.Options.From, film.Options.To) : null;

    private void Feed(Func<Stream, string?> feed)
    {
        try
        {
            using Stream input = _process.StandardInput.BaseStream;
            if (feed(input) is { } complaint)
            {
                lock (_messages) _messages.Add(complaint);
            }
        }
        catch (IOException)
        {
            // FFmpeg ended first; it says why.
        }
    }

    private void Listen()
    {
        TimeBase? timeBase = null;
        TimeSpan start = _clockStart;
        FrameTag? first = null;
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (FrameTag.TryParse(line, timeBase, out FrameTag tag))
            {
                // A film may change its size. FFmpeg scales its frames to the size of the first, after showinfo has seen them.
                first ??= tag;
                _tags.Add(new FrameTag(tag.Time + start, first.Value.Width, first.Value.Height));
            }
            else if (TimeBase.TryParse(line, out TimeBase found))
            {
                // FFmpeg takes the start off in whole units.
                timeBase = found;
                start = found.Nearest(_clockStart);
            }
            else if (Complaint(line) is { } complaint)
            {
                lock (_messages)
                {
                    if (_messages.Count < MaxMessages) _messages.Add(complaint);
                }
            }
        }

        _tags.CompleteAdding();
    }

    // Two frames of one time are no damage: only the muxer of raw frames, which have no times, complains of them.
    private static string? Complaint(string line) =>
        ErrorLine().Match(line) is { Success: true } error && !line.Contains("non monotonically increasing dts", StringComparison.Ordinal)
            ? (error.Groups["name"] is { Success: true } name ? $"{name.Value}: " : "") + error.Groups["text"].Value
            : null;

    // "[h264 @ 0x55c604e135c0] [error] error while decoding MB 0 18" is "h264: error while decoding MB 0 18": addresses differ from run to
    // run.
    [GeneratedRegex(@"^(\[(?<name>\S+) @ \w+\] )*\[(error|fatal)\] (?<text>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorLine();
}
