using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace MicroExpNet.Video;

/// <summary>
/// Decodes on a thread of its own and hands frames to a reader. Films wait for a slow reader; of a camera only the newest frame waits.
/// </summary>
internal sealed class FramePump : IAsyncDisposable
{
    // Frames that may wait between decoder and reader.
    private const int FilmFramesAhead = 4;

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<VideoFrame> _ready;
    private readonly Channel<byte[]> _free = Channel.CreateUnbounded<byte[]>();
    private readonly Func<FFmpegDecoder> _start;
    private readonly string _source;
    private readonly VideoInfo? _film;
    private readonly VideoFileOptions _part;
    private readonly long _skip;
    private Task _decoding = Task.CompletedTask;

    private FramePump(
        string source, Func<FFmpegDecoder> start, VideoFile? film, long skip, int framesAhead, int framesHeld, bool keepsNewest)
    {
        (_source, _start, _film, _skip) = (source, start, film?.Info, skip);
        _part = film?.Options ?? new VideoFileOptions();
        BoundedChannelOptions options = new(framesAhead)
        {
            FullMode = keepsNewest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = true,
        };
        _ready = Channel.CreateBounded<VideoFrame>(options, Release);

        // One is being decoded.
        for (int i = 0; i < framesAhead + 1 + framesHeld; i++) _free.Writer.TryWrite([]);
    }

    /// <summary>What FFmpeg complained about, one line; null where all is well. Known when all frames were read.</summary>
    public string? Damage { get; private set; }

    /// <summary>Whether FFmpeg was ended from outside. Known when all frames were read.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>Whether reading ended before the film did, where it was asked to. Known when all frames were read.</summary>
    public bool IsAtTo { get; private set; }

    /// <summary>All frames of a film.</summary>
    /// <param name="film">The film, and which part of it.</param>
    /// <param name="skip">How many frames are left out at the start.</param>
    /// <param name="framesHeld">How many frames its reader has at a time, 1 or more.</param>
    public static FramePump AllOf(VideoFile film, long skip, int framesHeld = 1) =>
        new(film.Path, () => new FFmpegDecoder(film), film, skip, FilmFramesAhead, framesHeld, keepsNewest: false);

    /// <summary>The newest frames of a camera.</summary>
    /// <param name="source">What messages call it.</param>
    /// <param name="start">Starts the decoder.</param>
    public static FramePump NewestOnly(string source, Func<FFmpegDecoder> start) =>
        new(source, start, film: null, skip: 0, framesAhead: 1, framesHeld: 1, keepsNewest: true);

    /// <summary>The frames in order; each one's pixels are overwritten when the next is read.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="VideoFormatException">Not one frame can be decoded.</exception>
    /// <exception cref="FFmpegEndedException">FFmpeg was ended from outside before the first.</exception>
    public async IAsyncEnumerable<VideoFrame> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (VideoFrame frame in ReadHeldAsync(cancellationToken).ConfigureAwait(false))
        {
            // Frames that are ready would follow each other without a pause in which a window can do something else.
            if (SynchronizationContext.Current is not null)
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            yield return frame;
            Release(frame);
        }
    }

    /// <summary>The frames in order; each one's pixels stay until <see cref="Release"/>.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="VideoFormatException">Not one frame can be decoded.</exception>
    /// <exception cref="FFmpegEndedException">FFmpeg was ended from outside before the first.</exception>
    public IAsyncEnumerable<VideoFrame> ReadHeldAsync(CancellationToken cancellationToken)
    {
        _decoding = Task.Factory.StartNew(Decode, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return _ready.Reader.ReadAllAsync(cancellationToken);
    }

    /// <summary>Gives a frame's pixels back, to be overwritten.</summary>
    /// <param name="frame">The frame.</param>
    public void Release(VideoFrame frame)
    {
        if (MemoryMarshal.TryGetArray(frame.Luma, out ArraySegment<byte> buffer)) _free.Writer.TryWrite(buffer.Array!);
    }

    /// <summary>Stops the decoder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _decoding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    // Times never run backwards: whoever reads them as intervals could not. A frame without a time comes after the one before it.
    private TimeSpan TimeOf(FrameTag tag, long count, TimeSpan last, TimeSpan untimed, ref string? disorder)
    {
        TimeSpan earliest = _film is null ? TimeSpan.MinValue : last == TimeSpan.MinValue ? TimeSpan.Zero : last;
        if (tag.Time is not { } time) return count == 0 ? _part.From : last + untimed;
        if (time >= earliest) return time;
        disorder ??= string.Create(
            CultureInfo.InvariantCulture,
            $"the time of frame {count}, {time.TotalSeconds:0.###} s, is before {earliest.TotalSeconds:0.###} s; it is taken for that");
        return earliest;
    }

    private void Decode()
    {
        CancellationToken stop = _stop.Token;
        try
        {
            using FFmpegDecoder decoder = _start();
            using CancellationTokenRegistration kill = stop.Register(decoder.Kill);
            long count = 0;

            // A stream without times of its own, such as raw H.264, gets those of its frame rate.
            TimeSpan untimed = TimeSpan.FromSeconds(1 / (_film?.FrameRate ?? 25));
            TimeSpan? first = null;
            TimeSpan last = TimeSpan.MinValue;
            string? disorder = null;
            while (decoder.TryReadTag(out FrameTag tag, stop))
            {
                byte[] buffer = _free.Reader.ReadAsync(stop).AsTask().GetAwaiter().GetResult();
                int length = checked(tag.Width * tag.Height);
                if (buffer.Length != length) buffer = GC.AllocateUninitializedArray<byte>(length);
                if (!decoder.TryReadPixels(buffer)) break;
                TimeSpan time = TimeOf(tag, count, last, untimed, ref disorder);
                if (time >= _part.To)
                {
                    IsAtTo = true;
                    decoder.Kill();
                    break;
                }

                last = time;
                if (count < _skip)
                {
                    // Not by a filter of FFmpeg's: where a film changes its size, filters count from 0 again.
                    _free.Writer.TryWrite(buffer);
                    count++;
                    continue;
                }

                // A camera's clock starts anywhere.
                if (_film is null) time -= first ??= time;
                _ready.Writer.WriteAsync(new VideoFrame(count, time, tag.Width, tag.Height, buffer, _film), stop).AsTask()
                    .GetAwaiter().GetResult();
                count++;
            }

            int code = decoder.WaitForExit();
            string? end = IsAtTo ? null : FFmpegEndedException.Cause("ffmpeg", code);
            WasKilled = end is not null;
            if (WasKilled && count == 0) throw new FFmpegEndedException($"'{_source}': {end}");
            string? complaint = end is not null ? end
                : decoder.Messages.Count > 0 ? decoder.Messages[count == 0 ? 0 : ^1]
                : code != 0 && !IsAtTo ? $"ffmpeg ended with code {code}"
                : disorder;
            if (count == 0 && complaint is null && (_part.From > TimeSpan.Zero || _part.To is not null))
            {
                throw new VideoFormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{_source}': no frame lies from {_part.From.TotalSeconds:0.######} s " +
                        $"{(_part.To is { } to ? $"to {to.TotalSeconds:0.######} s" : "on")}"));
            }

            if (count == 0)
            {
                throw new VideoFormatException($"'{_source}': no frame can be decoded{(complaint is null ? "" : $" ({complaint})")}");
            }
            Damage = complaint;
            _ready.Writer.Complete();
        }
        catch (Exception e)
        {
            _ready.Writer.Complete(e);
        }
    }
}
