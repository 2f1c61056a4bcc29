using System.CommandLine;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Options;

/// <summary>The option <c>--ffmpeg</c>.</summary>
internal static class FFmpegOption
{
    /// <summary>Describes the option.</summary>
    public static Option<string> Create() => new("--ffmpeg")
    {
        HelpName = "PATH",
        Description =
            $"FFmpeg's program or folder. [default: the environment variable {FFmpegInstallation.EnvironmentVariable}, else beside " +
            "mexp, else the PATH]",
    };
}
