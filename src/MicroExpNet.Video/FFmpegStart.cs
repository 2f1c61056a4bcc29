using System.Diagnostics;
using System.Text;

namespace MicroExpNet.Video;

/// <summary>How FFmpeg's programs are started.</summary>
internal static class FFmpegStart
{
    /// <summary>A program without a window of its own, whose standard input and standard error are read and written here.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="readsOutput">Whether its standard output is read here, too.</param>
    public static ProcessStartInfo Of(string program, IEnumerable<string> arguments, bool readsOutput = true) => new(program, arguments)
    {
        CreateNoWindow = true,
        RedirectStandardInput = true,
        RedirectStandardOutput = readsOutput,
        RedirectStandardError = true,

        // Windows would read it in the console's code page. An encoding of a stream that is not read here is refused.
        StandardOutputEncoding = readsOutput ? Encoding.UTF8 : null,
        StandardErrorEncoding = Encoding.UTF8,
    };
}
