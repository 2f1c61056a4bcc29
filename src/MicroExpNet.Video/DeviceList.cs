using System.Text.RegularExpressions;

namespace MicroExpNet.Video;

/// <summary>Tells cameras in the lists that FFmpeg prints for DirectShow and AVFoundation, and among Video4Linux's files.</summary>
internal static partial class DeviceList
{
    /// <summary>The names of the video devices.</summary>
    /// <param name="text">What FFmpeg printed.</param>
    public static IReadOnlyList<string> Parse(string text)
    {
        List<string> names = [];
        bool isVideo = true;
        foreach (string line in text.Split('\n'))
        {
            // Headings of older DirectShow lists and of AVFoundation's.
            if (line.Contains("video devices", StringComparison.Ordinal)) isVideo = true;
            else if (line.Contains("audio devices", StringComparison.Ordinal)) isVideo = false;
            else if (AvFoundation().Match(line) is { Success: true } mac && isVideo) names.Add(mac.Groups[1].Value);
            else if (DirectShow().Match(line) is { Success: true } windows && isVideo && HasPictures(windows.Groups[2].Value))
            {
                names.Add(windows.Groups[1].Value);
            }
        }

        return names;
    }

    /// <summary>The cameras among Video4Linux's files: each has a second one for what describes its frames, which cannot be read as
    /// pictures.</summary>
    /// <param name="nodes">Each file with the number that the kernel gives it among its camera's; null where it gives none.</param>
    /// <returns>The files, the lowest number first.</returns>
    public static IReadOnlyList<string> OfVideo4Linux(IEnumerable<(string Path, string? Index)> nodes) => [
        .. nodes.Where(node => node.Index is null || node.Index.Trim() == "0")
            .Select(node => node.Path).OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal)];

    // What a device gives, as FFmpeg 5 and later say it. A device of which nothing was found out, "none", is one that is in use, or a
    // virtual camera whose program does not run: to open it says more than to hide it.
    private static bool HasPictures(string kinds) => kinds is "" or "none" || kinds.Split(", ").Contains("video");

    // [AVFoundation indev @ 0x7f] [0] FaceTime HD Camera
    [GeneratedRegex(@"^\[AVFoundation[^\]]*\] \[\d+\] (.+?)\r?$")]
    private static partial Regex AvFoundation();

    // [dshow @ 0000] "Integrated Camera" (video)     also (audio, video) or (none); before FFmpeg 5, without the kind
    [GeneratedRegex("^\\[dshow[^\\]]*\\]\\s+\"([^@\"][^\"]*)\"(?: \\(([\\w, ]+)\\))?\\s*$")]
    private static partial Regex DirectShow();
}
