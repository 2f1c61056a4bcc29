namespace MicroExpNet.OpenCv;

/// <summary>How OpenCV's runtime and cascades are installed on this system.</summary>
internal static class Installation
{
    /// <summary>One clause with the command.</summary>
    public static string Advice { get; } =
        OperatingSystem.IsWindows() ? "install it: dotnet add package OpenCvSharp4.runtime.win, and OpenCV from https://opencv.org/releases" :
        OperatingSystem.IsMacOS() ? "install it: brew install opencv, and build OpenCvSharpExtern for macOS" :
        AdviceForLinux(ReadRelease());

    /// <summary>The command of a Linux distribution.</summary>
    /// <param name="release">What <c>/etc/os-release</c> holds.</param>
    internal static string AdviceForLinux(string release)
    {
        string[] names = [.. release.Split('\n')
            .Where(line => line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim().Trim('"').Split(' '))];
        string command =
            names.Contains("fedora") || names.Contains("rhel") ? "dnf install gtk3 opencv-data" :
            names.Contains("arch") ? "pacman -S gtk3 opencv" :
            names.Contains("suse") || names.Contains("opensuse") ? "zypper install libgtk-3-0 opencv" :
            "apt-get install libgtk-3-0 opencv-data";
        return $"install it: {command}";
    }

    private static string ReadRelease()
    {
        try
        {
            return File.ReadAllText("/etc/os-release");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
