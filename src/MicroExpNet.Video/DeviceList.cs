using System.Text.RegularExpressions;

namespace MicroExpNet.Video;

/// <summary>Reads the lists of devices that FFmpeg prints for DirectShow and AVFoundation.</summary>
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
            else if (DirectShow().Match(line) is { Success: true } windows && isVideo && windows.Groups[2].Value != "audio")
            {
                names.Add(windows.Groups[1].Value);
            }
        }

        return names;
    }

    // [AVFoundation indev @ 0x7f] [0] FaceTime HD Camera
    [GeneratedRegex(@"^\[AVFoundation[^\]]*\] \[\d+\] (.+?)\r?$")]
    private static partial Regex AvFoundation();

    // [dshow @ 0000] "Integrated Camera" (video)     and, before FFmpeg 5, without the kind
    [GeneratedRegex("^\\[dshow[^\\]]*\\]\\s+\"([^@\"][^\"]*)\"(?: \\((\\w+)\\))?\\s*$")]
    private static partial Regex DirectShow();
}
