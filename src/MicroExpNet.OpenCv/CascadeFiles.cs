namespace MicroExpNet.OpenCv;

/// <summary>Finds the cascade file of frontal faces that OpenCV's installations bring along.</summary>
internal static class CascadeFiles
{
    /// <summary>The original script's cascade.</summary>
    public const string FileName = "haarcascade_frontalface_default.xml";

    /// <summary>The environment variable that names a cascade file.</summary>
    public const string Variable = "MEXP_CASCADE";

    /// <summary>The file that is given, else the one of the environment variable, else the first of the usual places.</summary>
    /// <exception cref="DetectorUnavailableException">The file that is named does not exist, or none is found.</exception>
    public static string Find(string? given)
    {
        if (!string.IsNullOrEmpty(given)) return Existing(given, given);
        string? variable = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(variable)) return Existing(variable, $"{variable} (from {Variable})");
        return UsualPlaces().FirstOrDefault(File.Exists)
            ?? throw new DetectorUnavailableException($"OpenCV's cascade {FileName} is not on this machine, so faces cannot be found. {InstallHint.Text}; or name the file in {Variable}");
    }

    /// <summary>The places of Debian, Ubuntu, Fedora, Homebrew, vcpkg and Windows installs, in that order.</summary>
    public static IEnumerable<string> UsualPlaces()
    {
        string[] folders = ["opencv4/haarcascades", "opencv/haarcascades", "OpenCV/haarcascades"];
        string[] shares = ["/usr/share", "/usr/local/share", "/opt/homebrew/share", "/opt/homebrew/opt/opencv/share", "/usr/local/opt/opencv/share", "/home/linuxbrew/.linuxbrew/share"];
        foreach (string share in shares)
        {
            foreach (string folder in folders) yield return Path.Combine(share, folder, FileName);
        }

        if (Environment.GetEnvironmentVariable("VCPKG_ROOT") is { Length: > 0 } vcpkg && Directory.Exists(Path.Combine(vcpkg, "installed")))
        {
            foreach (string triplet in Directory.EnumerateDirectories(Path.Combine(vcpkg, "installed")).Order(StringComparer.Ordinal))
            {
                foreach (string folder in folders) yield return Path.Combine(triplet, "share", folder, FileName);
                yield return Path.Combine(triplet, "etc", "haarcascades", FileName);
            }
        }

        // Windows: the official archive's build folder is what OPENCV_DIR names, or lies below these.
        if (Environment.GetEnvironmentVariable("OPENCV_DIR") is { Length: > 0 } opencv)
        {
            yield return Path.Combine(opencv, "etc", "haarcascades", FileName);
            yield return Path.Combine(opencv, "..", "..", "etc", "haarcascades", FileName);
        }

        foreach (string root in (string[])[@"C:\opencv\build", @"C:\tools\opencv\build", @"C:\Program Files\opencv\build"])
        {
            yield return Path.Combine(root, "etc", "haarcascades", FileName);
        }
    }

    private static string Existing(string path, string display) =>
        File.Exists(path) ? path : throw new DetectorUnavailableException($"{display}: there is no such cascade file; expected OpenCV's {FileName}");
}
