namespace MicroExpNet.OpenCv;

/// <summary>How to install what the Haar detector stands on.</summary>
internal static class InstallHint
{
    public static string Text { get; } =
        OperatingSystem.IsLinux() ? "Debian and Ubuntu: apt-get install libgtk-3-0 opencv-data; Fedora: dnf install gtk3 opencv-data" :
        OperatingSystem.IsMacOS() ? "Install OpenCV with: brew install opencv, and add the OpenCvSharp4 runtime package for macOS to your project" :
        OperatingSystem.IsWindows() ? "Install OpenCV with: winget install OpenCV.OpenCV, and add the OpenCvSharp4 runtime package for Windows to your project" :
        "Install OpenCV and an OpenCvSharp4 runtime package for this system";
}
