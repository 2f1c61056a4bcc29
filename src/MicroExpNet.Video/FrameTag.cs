using System.Globalization;

namespace MicroExpNet.Video;

/// <summary>What FFmpeg's <c>showinfo</c> filter prints of a frame.</summary>
/// <param name="Time">The presentation time; null where the film does not say.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct FrameTag(TimeSpan? Time, int Width, int Height)
{
    /// <summary>Reads a line such as <c>[Parsed_showinfo_1 @ 0x5] [info] n: 3 pts: 512 pts_time:0.04 … s:640x480 i:P</c>.</summary>
    /// <param name="line">The line.</param>
    /// <param name="timeBase">The unit of <c>pts</c>; null where FFmpeg did not print it.</param>
    /// <param name="tag">The frame.</param>
    /// <returns>Whether the line describes a frame.</returns>
    public static bool TryParse(ReadOnlySpan<char> line, TimeBase? timeBase, out FrameTag tag)
    {
        tag = default;
        if (!line.StartsWith("[Parsed_showinfo", StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> time = After(line, "pts_time:"), size = After(line, " s:");
        int cross = size.IndexOf('x');
        if (time.IsEmpty || cross < 1) return false;
        if (!int.TryParse(size[..cross], CultureInfo.InvariantCulture, out int width)) return false;
        if (!int.TryParse(size[(cross + 1)..], CultureInfo.InvariantCulture, out int height)) return false;
        tag = new FrameTag(ParseTime(After(line, " pts:"), time, timeBase), width, height);
        return true;
    }

    // pts_time has six digits in all, so that after 1,000 s its steps are a hundredth of a second: pts is exact.
    private static TimeSpan? ParseTime(ReadOnlySpan<char> count, ReadOnlySpan<char> rounded, TimeBase? timeBase)
    {
        if (timeBase is { } unit) return long.TryParse(count, CultureInfo.InvariantCulture, out long units) ? unit.Time(units) : null;
        bool isNumber = double.TryParse(rounded, CultureInfo.InvariantCulture, out double seconds);
        return isNumber && Math.Abs(seconds) < TimeBase.MaxSeconds ? TimeSpan.FromSeconds(seconds) : null;
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
