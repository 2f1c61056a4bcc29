using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace MicroExpNet.Video;

/// <summary>
/// A camera, read through FFmpeg: Video4Linux on Linux, AVFoundation on macOS, DirectShow on Windows. Only the newest frame waits: a reader
/// that is slower than the camera misses frames, and stays live.
/// </summary>
public sealed class Camera
{
    private readonly FFmpegInstallation _installation;
    private readonly CameraOptions _options;
    private readonly string _format;
    private readonly string _input;

    private Camera(FFmpegInstallation installation, string device, string format, string input, CameraOptions options) =>
        (_installation, Device, _format, _input, _options) = (installation, device, format, input, options);

    /// <summary>The device, as it was named.</summary>
    public string Device { get; }

    /// <summary>Why the camera ended by itself: FFmpeg's own words, one line; null where it gave none, or reading was stopped. Known when
    /// all frames were read.</summary>
    public string? Damage { get; private set; }

    /// <summary>Opens a camera.</summary>
    /// <param name="device">
    /// A device as <see cref="FindDevices"/> names it, or one of FFmpeg's inputs as <c>FORMAT:INPUT</c>, such as <c>v4l2:/dev/video2</c> or
    /// <c>lavfi:testsrc</c>; null for the first device.
    /// </param>
    /// <param name="options">How to open it; the camera's own choices if absent.</param>
    /// <exception cref="FFmpegNotFoundException">FFmpeg is not installed.</exception>
    /// <exception cref="VideoFormatException">There is no such device; the message lists those that were found.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static Camera Open(string? device = null, CameraOptions? options = null)
    {
        options ??= new CameraOptions();
        options.Check();
        FFmpegInstallation installation = FFmpegInstallation.Find(options.FFmpegPath);
        if (device is not null && device.IndexOf(':', StringComparison.Ordinal) is > 1 and int colon && IsFormat(device[..colon]))
        {
            return new Camera(installation, device, device[..colon], device[(colon + 1)..], options);
        }

        IReadOnlyList<string> found = FindDevices(options.FFmpegPath);
        string? chosen = device is null ? (found.Count > 0 ? found[0] : null) : found.FirstOrDefault(one => one == device);
        if (chosen is null)
        {
            string list = found.Count == 0 ? "no camera was found" : $"found: {string.Join(", ", found)}";
            throw new VideoFormatException(device is null ? list : $"there is no camera '{device}'; {list}");
        }

        string input = OperatingSystem.IsWindows() ? $"video={chosen}" : chosen;
        return new Camera(installation, chosen, SystemFormat, input, options);
    }

    /// <summary>The names of this machine's cameras.</summary>
    /// <param name="ffmpegPath">The program <c>ffmpeg</c> or its folder; null to search for it.</param>
    /// <exception cref="FFmpegNotFoundException">FFmpeg is not installed.</exception>
    public static IReadOnlyList<string> FindDevices(string? ffmpegPath = null)
    {
        if (OperatingSystem.IsLinux())
        {
            string[] nodes = Directory.Exists("/dev") ? Directory.GetFiles("/dev", "video*") : [];
            return DeviceList.OfVideo4Linux(nodes.Select(path => (path, IndexOf(path))));
        }

        // Both list their devices on standard error and end with a failure.
        string[] arguments = ["-hide_banner", "-list_devices", "true", "-f", SystemFormat, "-i", "dummy"];
        using Process process = Process.Start(FFmpegStart.Of(FFmpegInstallation.Find(ffmpegPath).Ffmpeg, arguments, readsOutput: false))!;
        process.StandardInput.Close();
        string text = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return DeviceList.Parse(text);
    }

    /// <summary>Reads frames until the camera ends or reading is stopped.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The newest frame each time; its pixels are overwritten when the next is read. Times start at the first frame.</returns>
    /// <exception cref="VideoFormatException">The camera gives no frame; the message holds FFmpeg's reason.</exception>
    public async IAsyncEnumerable<VideoFrame> ReadFramesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using FramePump pump = FramePump.NewestOnly(Device, () => new FFmpegDecoder(_installation, Arguments()));
        await foreach (VideoFrame frame in pump.ReadAsync(cancellationToken).ConfigureAwait(false)) yield return frame;
        Damage = pump.Damage;
    }

    // Which of a device's nodes it is; null where the kernel does not say.
    private static string? IndexOf(string path)
    {
        try
        {
            return File.ReadAllText($"/sys/class/video4linux/{Path.GetFileName(path)}/index");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string SystemFormat => OperatingSystem.IsWindows() ? "dshow" : OperatingSystem.IsMacOS() ? "avfoundation" : "v4l2";

    private static bool IsFormat(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    private List<string> Arguments()
    {
        List<string> arguments = ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info", "-fflags", "nobuffer", "-f", _format];
        if (_options.FrameRate is { } rate) arguments.AddRange(["-framerate", rate.ToString("0.###", CultureInfo.InvariantCulture)]);
        if (_options is { Width: { } width, Height: { } height }) arguments.AddRange(["-video_size", $"{width}x{height}"]);

        // Virtual inputs give frames as fast as they can; a camera at its own rate.
        if (_format == "lavfi") arguments.Insert(0, "-re");
        arguments.AddRange(
            ["-i", _input, "-an", "-vf", "format=gray,showinfo=checksum=0", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]);
        return arguments;
    }
}
