using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace MicroExpNet.Video;

/// <summary>
/// A film on disk. FFmpeg decodes it in a process of its own, so every container and codec that FFmpeg reads can be read, and memory does
/// not depend on the film's length. Frames are rotated as the film's metadata says.
/// </summary>
public sealed class VideoFile
{
    // Frames that may wait between decoder and reader.
    private const int FramesAhead = 4;

    private VideoFile(FFmpegInstallation installation, string path, VideoInfo info, VideoFileOptions options) =>
        (Installation, Path, Info, Options) = (installation, path, info, options);

    /// <summary>The film's path.</summary>
    public string Path { get; }

    /// <summary>What the container says.</summary>
    public VideoInfo Info { get; }

    /// <summary>Which part of the film is read.</summary>
    public VideoFileOptions Options { get; }

    /// <summary>
    /// Whether the last frame is missing or the film is damaged: FFmpeg's own words, one line; null where all is well. Known when all frames
    /// were read.
    /// </summary>
    public string? Damage { get; private set; }

    internal FFmpegInstallation Installation { get; }

    /// <summary>Opens a film and reads what its container says; no frame is decoded.</summary>
    /// <param name="path">The film.</param>
    /// <param name="options">Which part to read; the whole if absent.</param>
    /// <exception cref="FFmpegNotFoundException">FFmpeg is not installed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="VideoFormatException">The file is not a film, or has no such stream.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static VideoFile Open(string path, VideoFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new VideoFileOptions();
        options.Check();
        if (!File.Exists(path)) throw new FileNotFoundException($"'{path}': there is no such file", path);
        FFmpegInstallation installation = FFmpegInstallation.Find(options.FFmpegPath);
        VideoInfo info = FFmpegProbe.Read(installation, path, options.Stream);
        if (info.Duration is { } duration && options.From >= duration)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"'{path}' is {duration.TotalSeconds:0.##} s long; reading cannot start at {options.From.TotalSeconds:0.##} s");
        }

        return new VideoFile(installation, path, info, options);
    }

    /// <summary>
    /// Decodes the film's frames in order, a few ahead of the reader. A film that is cut short or damaged gives the frames there are;
    /// <see cref="Damage"/> then says what FFmpeg found.
    /// </summary>
    /// <param name="cancellationToken">Stops decoding.</param>
    /// <returns>The frames; each one's pixels are overwritten when the next is read.</returns>
    /// <exception cref="VideoFormatException">Not one frame can be decoded.</exception>
    public async IAsyncEnumerable<VideoFrame> ReadFramesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<VideoFrame> ready = Channel.CreateBounded<VideoFrame>(FramesAhead);
        Channel<byte[]> free = Channel.CreateUnbounded<byte[]>();
        for (int i = 0; i < FramesAhead + 2; i++) free.Writer.TryWrite([]);
        Task decoding = Task.Factory.StartNew(
            () => Decode(ready.Writer, free.Reader, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (VideoFrame frame in ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return frame;
                if (MemoryMarshal.TryGetArray(frame.Luma, out ArraySegment<byte> buffer)) free.Writer.TryWrite(buffer.Array!);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await decoding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Decode(ChannelWriter<VideoFrame> ready, ChannelReader<byte[]> free, CancellationToken stop)
    {
        try
        {
            using FFmpegDecoder decoder = new(Installation, Path, Info, Options);
            using CancellationTokenRegistration kill = stop.Register(decoder.Kill);
            long count = 0;

            // A stream without times of its own, such as raw H.264, gets those of its frame rate.
            TimeSpan untimed = TimeSpan.FromSeconds(1 / (Info.FrameRate ?? 25));
            while (decoder.TryReadTag(out FrameTag tag, stop))
            {
                byte[] buffer = free.ReadAsync(stop).AsTask().GetAwaiter().GetResult();
                int length = checked(tag.Width * tag.Height);
                if (buffer.Length != length) buffer = GC.AllocateUninitializedArray<byte>(length);
                if (!decoder.TryReadPixels(buffer)) break;
                VideoFrame frame = new(count, Options.From + (tag.Time ?? untimed * count), tag.Width, tag.Height, buffer, Info);
                ready.WriteAsync(frame, stop).AsTask().GetAwaiter().GetResult();
                count++;
            }

            int code = decoder.WaitForExit();
            string? complaint = decoder.Messages.Count > 0 ? decoder.Messages[^1] : code != 0 ? $"ffmpeg ended with code {code}" : null;
            if (count == 0) throw new VideoFormatException($"'{Path}': no frame can be decoded{(complaint is null ? "" : $" ({complaint})")}");
            Damage = complaint;
            ready.Complete();
        }
        catch (Exception e)
        {
            ready.Complete(e);
        }
    }
}
