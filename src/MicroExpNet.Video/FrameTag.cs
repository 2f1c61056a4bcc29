using System.Globalization;

namespace MicroExpNet.Video;

/// <summary>What FFmpeg's <c>showinfo</c> filter prints of a frame.</summary>
/// <param name="Time">The presentation time; null where the film does not say.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct FrameTag(TimeSpan? Time, int Width, int Height)
{
    /// <summary>Reads a line such as <c>[Parsed_showinfo_1 @ 0x5] [info] n: 3 pts: 512 pts_time:0.04 … s:640x480 i:P</c>.</summary>
    /// <returns>Whether the line describes a frame.</returns>
    public static bool TryParse(ReadOnlySpan<char> line, out FrameTag tag)
    {
        tag = default;
        if (!line.StartsWith("[Parsed_showinfo", StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> time = After(line, "pts_time:"), size = After(line, " s:");
        int cross = size.IndexOf('x');
        if (time.IsEmpty || cross < 1) return false;
        if (!int.TryParse(size[..cross], CultureInfo.InvariantCulture, out int width)) return false;
        if (!int.TryParse(size[(cross + 1)..], CultureInfo.InvariantCulture, out int height)) return false;
        bool isTimed = double.TryParse(time, CultureInfo.InvariantCulture, out double seconds) && Math.Abs(seconds) < 1e9;
        tag = new FrameTag(isTimed ? TimeSpan.FromSeconds(seconds) : null, width, height);
        return true;
    }

    // The word that follows a key, past blanks.
    private static ReadOnlySpan<char> After(ReadOnlySpan<char> line, string key)
    {
        int at = line.IndexOf(key, StringComparison.Ordinal);
        if (at < 0) return default;
        ReadOnlySpan<char> rest = line[(at + key.Length)..].TrimStart(' ');
        int end = rest.IndexOf(' ');
        return end < 0 ? rest : rest[..end];
    }
}
