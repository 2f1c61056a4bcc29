using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Files;

namespace MicroExpNet.Video;

/// <summary>
/// Writes a film through FFmpeg: H.264 frames with their own times, and the sound of another film. The file is there whole or not at all.
/// </summary>
public sealed class VideoWriter : IDisposable
{
    // Containers that can be written to a pipe, and FFmpeg's options for them. The index of MP4 waits for the first fragment: only then can
    // it say that a sound starts before the first frame, as AAC does, and the frames keep their times.
    private static readonly Dictionary<string, string[]> Containers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".mp4"] = ["-f", "mp4", "-movflags", "+frag_keyframe+delay_moov+default_base_moof"],
        [".m4v"] = ["-f", "mp4", "-movflags", "+frag_keyframe+delay_moov+default_base_moof"],
        [".mov"] = ["-f", "mov", "-movflags", "+frag_keyframe+delay_moov+default_base_moof"],
        [".mkv"] = ["-f", "matroska"],
    };

    // Sounds that a container takes as they are; others become AAC.
    private static readonly HashSet<string> SoundsOfMp4 = ["aac", "mp3", "ac3", "alac"];
    private static readonly HashSet<string> SoundsOfMatroska =
    [
        .. SoundsOfMp4, "mp2", "eac3", "dts", "truehd", "flac", "opus", "vorbis", "wavpack", "tta",
        "pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le",
    ];

    private readonly AtomicFile _file;
    private readonly ProcessStartInfo _start;
    private readonly string _path;
    private readonly int _width;
    private readonly int _height;
    private readonly int _length;
    private Process? _process;
    private MatroskaStream? _frames;
    private Task _copying = Task.CompletedTask;
    private Task<string> _errors = Task.FromResult("");
    private TimeSpan _last;
    private bool _isEnded;
    private bool _isDisposed;

    /// <summary>Starts a film.</summary>
    /// <param name="path">The file: .mp4, .m4v, .mov or .mkv.</param>
    /// <param name="width">Columns of every frame, 1 or more; an odd size is padded by a column.</param>
    /// <param name="height">Rows of every frame, 1 or more; an odd size is padded by a row.</param>
    /// <param name="sound">The film whose sound is taken; null for none.</param>
    /// <param name="ffmpegPath">The program <c>ffmpeg</c> or its folder; null to search for it.</param>
    /// <exception cref="ArgumentException">The file's ending is not one of these, or a frame would have 2 GB or more.</exception>
    /// <exception cref="FFmpegNotFoundException">FFmpeg is not installed.</exception>
    /// <exception cref="IOException">The file cannot be written, or another process is writing it.</exception>
    public VideoWriter(string path, int width, int height, VideoFile? sound = null, string? ffmpegPath = null)
        : this(path, width, height, sound, ffmpegPath, dropsMetadata: false)
    {
    }

    /// <inheritdoc cref="VideoWriter(string, int, int, VideoFile, string)"/>
    /// <param name="path">The file: .mp4, .m4v, .mov or .mkv.</param>
    /// <param name="width">Columns of every frame, 1 or more; an odd size is padded by a column.</param>
    /// <param name="height">Rows of every frame, 1 or more; an odd size is padded by a row.</param>
    /// <param name="sound">The film whose sound is taken; null for none.</param>
    /// <param name="ffmpegPath">The program <c>ffmpeg</c> or its folder; null to search for it.</param>
    /// <param name="dropsMetadata">Whether the sound's film leaves neither metadata nor chapters in the new one.</param>
    internal VideoWriter(string path, int width, int height, VideoFile? sound, string? ffmpegPath, bool dropsMetadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (!Containers.TryGetValue(Path.GetExtension(path), out string[]? container))
        {
            throw new ArgumentException($"'{path}': the name must end in {string.Join(", ", Containers.Keys)}", nameof(path));
        }

        long length = 4L * width * height;
        if (length > int.MaxValue)
        {
            throw new ArgumentException($"{width}×{height} pixels; a frame has at most {int.MaxValue / 4:#,0} pixels", nameof(width));
        }

        (_path, _width, _height, _length) = (path, width, height, (int)length);
        FFmpegInstallation installation = FFmpegInstallation.Find(ffmpegPath);
        _start = FFmpegStart.Of(installation.Ffmpeg, Arguments(sound, container, dropsMetadata));
        _file = new AtomicFile(path);
    }

    /// <summary>The endings of names of films that can be written.</summary>
    public static IReadOnlyCollection<string> FileExtensions => Containers.Keys;

    /// <summary>Adds a frame.</summary>
    /// <param name="time">Its time from the start of the new film, 0 or more, and not before the last one's.</param>
    /// <param name="pixels">RGBA, <c>[height, width, 4]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or before the last frame's.</exception>
    /// <exception cref="ArgumentException">The number of bytes is not that of a frame.</exception>
    /// <exception cref="InvalidOperationException">The film was ended.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed of.</exception>
    /// <exception cref="IOException">FFmpeg ended, or the disk is full.</exception>
    public void Write(TimeSpan time, ReadOnlySpan<byte> pixels)
    {
        ThrowIfEnded();
        if (time < _last)
        {
            throw new ArgumentOutOfRangeException(
                nameof(time), time, $"expected {_last} or later, {(_frames is null ? "the film's start" : "the time of the last frame")}");
        }

        if (pixels.Length != _length) throw new ArgumentException($"{pixels.Length} bytes; a frame has {_length}", nameof(pixels));
        try
        {
            _frames ??= Start(time);
            _frames.Write(time, pixels);
            _last = time;
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Ends the film and puts it in its place.</summary>
    /// <exception cref="IOException">FFmpeg failed, or the disk is full; nothing is written then.</exception>
    /// <exception cref="InvalidOperationException">The film was ended before.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed of.</exception>
    public void Complete()
    {
        ThrowIfEnded();
        _isEnded = true;
        try
        {
            _frames ??= Start(TimeSpan.Zero);
            _process!.StandardInput.Close();
            _copying.GetAwaiter().GetResult();
        }
        catch (IOException e)
        {
            throw Failed(e);
        }

        _process.WaitForExit();
        if (_process.ExitCode != 0) throw Failed(null);
        _file.Commit();
    }

    /// <summary>Leaves nothing of a film that was not completed.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_process is not null)
        {
            Kill(_process);
            Task.WhenAny(_copying).GetAwaiter().GetResult();
            _process.Dispose();
        }

        _file.Dispose();
    }

    /// <summary>Refuses calls after the film's end.</summary>
    /// <exception cref="InvalidOperationException">The film was ended.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed of.</exception>
    internal void ThrowIfEnded()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isEnded) throw new InvalidOperationException($"'{_path}' was ended by {nameof(Complete)}; start a new film");
    }

    // FFmpeg counts an input's times from its start: a film whose first frame is late would come before its sound.
    private MatroskaStream Start(TimeSpan first)
    {
        if (first > TimeSpan.Zero)
        {
            _start.ArgumentList.Insert(0, "-itsoffset");
            _start.ArgumentList.Insert(1, Seconds(first));
        }

        _process = Process.Start(_start) ?? throw new FFmpegNotFoundException($"'{_start.FileName}' does not start");
        _errors = _process.StandardError.ReadToEndAsync();
        _copying = CopyAsync(_process);
        return new MatroskaStream(_process.StandardInput.BaseStream, _width, _height);
    }

    // On a full disk nobody would read FFmpeg's output any more, and whoever writes its input would wait for ever.
    private async Task CopyAsync(Process process)
    {
        try
        {
            await process.StandardOutput.BaseStream.CopyToAsync(_file.Stream).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Kill(process);

            // A file that is larger than the system allows is an argument's fault to .NET.
            if (e is IOException) throw;
            throw new IOException(e.Message.ReplaceLineEndings(" "), e);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended in between.
        }
    }

    private static List<string> Arguments(VideoFile? sound, string[] container, bool dropsMetadata)
    {
        List<string> arguments = ["-hide_banner", "-nostats", "-loglevel", "error", "-f", "matroska", "-i", "pipe:0"];
        if (sound is { Info.HasAudio: true })
        {
            VideoFileOptions part = sound.Options;
            bool startsLate = part.From > TimeSpan.Zero, seeks = sound.Info.SeeksExactly;
            if (startsLate && seeks) arguments.AddRange(["-ss", Seconds(part.From)]);
            if (part.To is { } to) arguments.AddRange(["-t", Seconds(seeks ? to - part.From : to)]);
            arguments.AddRange(["-i", FilmSource.Url(sound.Path), "-map", "0:v", "-map", "1:a"]);

            // The sound as it was, where the container can hold it. A transport stream's AAC has its format in each packet: MP4 can wait
            // for the first one, Matroska cannot.
            bool isMatroska = container[1] == "matroska";
            HashSet<string> held = isMatroska ? SoundsOfMatroska : SoundsOfMp4;
            foreach ((int i, string codec) in sound.Info.AudioCodecs.Split(',').Index())
            {
                bool hasFormatInPackets = codec == "aac" && sound.Info.Container == "mpegts";

                // Packets that are copied start at the keyframe before the part: what was said there was not chosen.
                bool isCopied = held.Contains(codec) && !(hasFormatInPackets && isMatroska) && !startsLate;
                arguments.AddRange([$"-c:a:{i}", isCopied ? "copy" : "aac"]);
                if (startsLate && !seeks)
                {
                    arguments.AddRange([$"-filter:a:{i}", $"atrim=start={Seconds(part.From)},asetpts=PTS-{Seconds(part.From)}/TB"]);
                }

                if (isCopied && hasFormatInPackets) arguments.AddRange([$"-bsf:a:{i}", "aac_adtstoasc"]);
            }
        }
        else
        {
            arguments.AddRange(["-map", "0:v"]);
        }

        if (dropsMetadata) arguments.AddRange(["-map_metadata", "-1", "-map_chapters", "-1"]);

        // Without B-frames, whose delay not every player takes back.
        arguments.AddRange(
            ["-vf", Filters(sound?.Info), "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-bf", "0"]);
        if (sound is { Info.IsBt709: true })
        {
            arguments.AddRange(["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]);
        }

        arguments.AddRange(["-fps_mode", "passthrough", "-enc_time_base", "1/90000", .. container, "pipe:1"]);
        if (sound is { Info: { HasAudio: true, IsReadWhole: true } }) arguments.AddRange(["-map", "1:V", "-c", "copy", "-f", "null", "-"]);
        return arguments;
    }

    // The film's own pixels and colours.
    private static string Filters(VideoInfo? film) =>
        (film is { IsBt709: true } ? "scale=out_color_matrix=bt709," : "") + "pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p"
        + (film is { PixelAspect: { } aspect } ? $",setsar={aspect}" : "");

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    private IOException Failed(Exception? cause)
    {
        string last = _errors.Wait(TimeSpan.FromSeconds(2))
            ? _errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? ""
            : "";
        // .NET names the temporary file after the reason.
        string why = _copying.Exception?.InnerException?.Message.Split(" : '")[0]
            ?? (last.Length > 0 ? last
                : _process is { HasExited: true } ? $"ffmpeg ended with code {_process.ExitCode}"
                : cause?.Message ?? "ffmpeg failed");
        return new IOException($"'{_path}' cannot be written: {why}", cause);
    }
}
