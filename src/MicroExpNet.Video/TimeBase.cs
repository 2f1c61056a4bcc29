using System.Globalization;

namespace MicroExpNet.Video;

/// <summary>The unit in which FFmpeg counts the times of a stream's frames, such as 1/15360 of a second.</summary>
/// <param name="Numerator">1 or more.</param>
/// <param name="Denominator">1 or more.</param>
internal readonly record struct TimeBase(int Numerator, int Denominator)
{
    /// <summary>A time of so many seconds or more is taken to be none.</summary>
    public const double MaxSeconds = 1e9;

    private const string Key = "config in time_base: ";

    /// <summary>Reads a line such as <c>[Parsed_showinfo_1 @ 0x5] [info] config in time_base: 1/1000, frame_rate: 25/1</c>.</summary>
    /// <param name="line">The line.</param>
    /// <param name="timeBase">The unit.</param>
    /// <returns>Whether the line tells the unit of the frames that follow.</returns>
    public static bool TryParse(ReadOnlySpan<char> line, out TimeBase timeBase)
    {
        timeBase = default;
        int at = line.IndexOf(Key, StringComparison.Ordinal);
        if (at < 0 || !line.StartsWith("[Parsed_showinfo", StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> ratio = line[(at + Key.Length)..];
        int slash = ratio.IndexOf('/'), end = ratio.IndexOf(',');
        if (slash < 1 || end < slash) return false;
        if (!int.TryParse(ratio[..slash], CultureInfo.InvariantCulture, out int numerator) || numerator < 1) return false;
        if (!int.TryParse(ratio[(slash + 1)..end], CultureInfo.InvariantCulture, out int denominator) || denominator < 1) return false;
        timeBase = new TimeBase(numerator, denominator);
        return true;
    }

    /// <summary>The time of a whole number of units that is nearest to another time.</summary>
    /// <param name="time">The other time, 0 or more.</param>
    public TimeSpan Nearest(TimeSpan time)
    {
        Int128 unit = (Int128)Numerator * TimeSpan.TicksPerSecond;
        return Time((long)((((Int128)time.Ticks * Denominator) + (unit / 2)) / unit)) ?? time;
    }

    /// <summary>The time of so many units, to a tenth of a microsecond; null where it is beyond all films.</summary>
    /// <param name="units">The number of units.</param>
    public TimeSpan? Time(long units)
    {
        Int128 doubled = (Int128)units * Numerator * TimeSpan.TicksPerSecond * 2;
        Int128 ticks = (doubled + Denominator) / (2 * (Int128)Denominator);
        return Int128.Abs(ticks) < (Int128)(MaxSeconds * TimeSpan.TicksPerSecond) ? TimeSpan.FromTicks((long)ticks) : null;
    }
}
