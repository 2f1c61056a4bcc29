using System.Runtime.InteropServices;

namespace MicroExpNet.OpenCv;

/// <summary>How OpenCV's runtime and cascades are installed on this system.</summary>
internal static class Installation
{
    private const string LinuxPackage = "OpenCvSharp4.official.runtime.linux-x64";

    /// <summary>One clause with the command that installs what OpenCV's runtime and the detector need.</summary>
    public static string Advice { get; } =
        OperatingSystem.IsWindows() ? "install OpenCV from https://opencv.org/releases" :
        OperatingSystem.IsMacOS() ? "install it: brew install opencv, and build OpenCvSharpExtern for macOS" :
        AdviceForLinux(ReadRelease());

    /// <summary>
    /// One clause with the NuGet package that brings <c>OpenCvSharpExtern</c>, the native library under OpenCvSharp. This package leaves it
    /// to
    /// the application, since each system has its own.
    /// </summary>
    public static string PackageAdvice { get; } =
        OperatingSystem.IsWindows() ? "add the package of this system: dotnet add package OpenCvSharp4.runtime.win" :
        OperatingSystem.IsLinux()
            && RuntimeInformation.ProcessArchitecture == Architecture.X64 ? $"add the package of this system: dotnet add package " +
            $"{LinuxPackage}" :
        "build OpenCvSharpExtern for this system";

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
