namespace MicroExpNet.OpenCv;

/// <summary>Finds the cascade file.</summary>
internal static class CascadeSearch
{
    /// <summary>The environment variable that names the cascade file.</summary>
    public const string Variable = "MEXP_CASCADE";

    /// <summary>The cascade of the original, as OpenCV's installs name it.</summary>
    public const string FileName = "haarcascade_frontalface_default.xml";

    /// <summary>The file that is asked for, else that of <see cref="Variable"/>, else the first in the usual folders.</summary>
    /// <param name="asked">A file, or null. No other file is tried in its place.</param>
    /// <exception cref="DetectorUnavailableException">There is none.</exception>
    public static string Find(string? asked)
    {
        if (asked is not null) return Existing(asked, "the cascade file");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return Existing(named, $"the cascade file of {Variable}");
        }
        return Find(UsualFolders());
    }

    /// <summary>The first of some folders' cascades.</summary>
    /// <exception cref="DetectorUnavailableException">None has one.</exception>
    internal static string Find(IEnumerable<string> folders) =>
        folders.Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists)
        ?? throw new DetectorUnavailableException(
            $"OpenCV's cascade {FileName} is in none of the usual places; {Installation.Advice}, or name the file with {Variable}");

    /// <summary>The folders where installers of OpenCV put their cascades.</summary>
    internal static IEnumerable<string> UsualFolders()
    {
        // Debian, Ubuntu, Fedora, Arch; older ones of them; a build from source.
        string[] roots = [
            "/usr/share/opencv4", "/usr/share/opencv", "/usr/share/OpenCV", "/usr/local/share/opencv4", "/usr/local/share/OpenCV"];
        foreach (string root in roots) yield return Path.Combine(root, "haarcascades");

        // Homebrew on Apple's processors, on Intel's, and on Linux.
        string[] prefixes = ["/opt/homebrew", "/usr/local/opt/opencv", "/home/linuxbrew/.linuxbrew"];
        foreach (string prefix in prefixes) yield return Path.Combine(prefix, "share", "opencv4", "haarcascades");

        if (Environment.GetEnvironmentVariable("VCPKG_ROOT") is { Length: > 0 } vcpkg)
        {
            foreach (string triplet in Folders(Path.Combine(vcpkg, "installed")))
            {
                yield return Path.Combine(triplet, "share", "opencv4", "haarcascades");
                yield return Path.Combine(triplet, "etc", "haarcascades");
            }
        }

        // OPENCV_DIR names the build's folder or, as OpenCV's guide has it, the compiler's folder two levels below.
        if (Environment.GetEnvironmentVariable("OPENCV_DIR") is { Length: > 0 } directory)
        {
            string[] builds = [directory, Path.Combine(directory, "build"), Path.Combine(directory, "..", "..")];
            foreach (string build in builds) yield return Path.Combine(build, "etc", "haarcascades");
        }

        if (OperatingSystem.IsWindows())
        {
            yield return @"C:\opencv\build\etc\haarcascades";
            yield return @"C:\tools\opencv\build\etc\haarcascades";
        }
    }

    /// <summary>The exception for a file that OpenCV does not read as a cascade.</summary>
    internal static DetectorUnavailableException NoCascade(string path, Exception? inner)
    {
        string line = $"{path}: not a cascade that OpenCV can read; expected a file like {FileName}";
        return inner is null ? new DetectorUnavailableException(line) : new DetectorUnavailableException(line, inner);
    }

    private static string Existing(string path, string what) =>
        File.Exists(path) ? path : throw new DetectorUnavailableException($"{path}: {what} does not exist");

    private static IEnumerable<string> Folders(string path)
    {
        try
        {
            return Directory.Exists(path) ? [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
