using System.Globalization;

namespace MicroExpNet.Video;

/// <summary>FFmpeg or ffprobe was ended before it had an answer: by a signal, or by a crash of its own.</summary>
/// <param name="message">Which film, and how.</param>
internal sealed class FFmpegEndedException(string message) : IOException(message)
{
    // As shells and .NET report a signal. FFmpeg's own errors are negative numbers, of which a byte is left: from version 7 on, that of
    // invalid data is 183.
    private const int SignalBase = 128, MaxSignal = 31;

    // What FFmpeg says where it was asked to end.
    private const int AskedToEnd = 255;

    /// <summary>What ended a program; null where it ended by itself.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="code">Its exit code.</param>
    public static string? Cause(string program, int code) => code switch
    {
        > SignalBase and <= SignalBase + MaxSignal =>
            string.Create(CultureInfo.InvariantCulture, $"{program} was killed by signal {code - SignalBase}"),
        AskedToEnd => $"{program} was asked to end",
        _ => null,
    };
}
