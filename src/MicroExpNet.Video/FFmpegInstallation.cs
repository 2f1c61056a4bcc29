namespace MicroExpNet.Video;

/// <summary>The programs <c>ffmpeg</c> and <c>ffprobe</c> of this machine.</summary>
public sealed class FFmpegInstallation
{
    /// <summary>The environment variable that names <c>ffmpeg</c> or its folder.</summary>
    public const string EnvironmentVariable = "MEXP_FFMPEG";

    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    private FFmpegInstallation(string ffmpeg, string ffprobe) => (Ffmpeg, Ffprobe) = (ffmpeg, ffprobe);

    /// <summary>The full path of <c>ffmpeg</c>.</summary>
    public string Ffmpeg { get; }

    /// <summary>The full path of <c>ffprobe</c>.</summary>
    public string Ffprobe { get; }

    /// <summary>
    /// Finds both programs: at <paramref name="path"/>, else where <see cref="EnvironmentVariable"/> says, else beside the program, else on
    /// the PATH.
    /// </summary>
    /// <param name="path">The program <c>ffmpeg</c> or the folder it is in; null to search.</param>
    /// <exception cref="FFmpegNotFoundException">One of the programs is missing.</exception>
    public static FFmpegInstallation Find(string? path = null)
    {
        if (!string.IsNullOrEmpty(path)) return In(path) ?? throw Missing($"'{path}' holds no ffmpeg and ffprobe");
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named)
        {
            return In(named) ?? throw Missing($"{EnvironmentVariable} is '{named}', which holds no ffmpeg and ffprobe");
        }

        string[] onPath = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return onPath.Prepend(AppContext.BaseDirectory).Select(In).FirstOrDefault(found => found is not null)
            ?? throw Missing("FFmpeg was not found");
    }

    private static FFmpegInstallation? In(string path)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        string ffmpeg = Directory.Exists(path) ? Path.Combine(folder, "ffmpeg" + Suffix) : path;
        string ffprobe = Path.Combine(folder, "ffprobe" + Suffix);
        return File.Exists(ffmpeg) && File.Exists(ffprobe)
            ? new FFmpegInstallation(Path.GetFullPath(ffmpeg), Path.GetFullPath(ffprobe))
            : null;
    }

    private static FFmpegNotFoundException Missing(string what)
    {
        string install =
            OperatingSystem.IsWindows() ? "winget install Gyan.FFmpeg" :
            OperatingSystem.IsMacOS() ? "brew install ffmpeg" :
            "apt-get install ffmpeg";
        return new FFmpegNotFoundException($"{what}; install it ({install}) or name its folder with {EnvironmentVariable}");
    }
}
