using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace MicroExpNet.Cli.Options;

/// <summary>Reads the values of options; where one does not fit, the error says in one line what would.</summary>
internal static class OptionValue
{
    /// <summary>A whole number.</summary>
    /// <param name="minimum">The smallest allowed.</param>
    /// <param name="maximum">The largest allowed.</param>
    public static Func<ArgumentResult, int> Integer(int minimum, int maximum = int.MaxValue) => result =>
        int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum
            && value <= maximum
            ? value
            : Refuse<int>(result, $"a whole number, {Bounds(Text(result), minimum, maximum, maximum < int.MaxValue)}");

    /// <summary>A large whole number.</summary>
    /// <param name="minimum">The smallest allowed.</param>
    public static Func<ArgumentResult, long> LongInteger(long minimum) => result =>
        long.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= minimum
            ? value
            : Refuse<long>(result, $"a whole number, {Bounds(Text(result), minimum, long.MaxValue, isToldAlways: false)}");

    /// <summary>A number above a limit.</summary>
    /// <param name="limit">What it must be above.</param>
    public static Func<ArgumentResult, double> Above(double limit) => result =>
        double.TryParse(Text(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > limit
            && double.IsFinite(value)
            ? value
            : Refuse<double>(result, $"a number above {limit.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>A number between bounds, both allowed.</summary>
    /// <param name="minimum">The smallest allowed.</param>
    /// <param name="maximum">The largest allowed.</param>
    public static Func<ArgumentResult, double> Between(double minimum, double maximum) => result =>
        double.TryParse(Text(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= minimum
            && value <= maximum
            ? value
            : Refuse<double>(result, double.IsFinite(maximum) && maximum < double.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"a number {minimum} to {maximum}")
                : string.Create(CultureInfo.InvariantCulture, $"a number, {minimum} or more"));

    /// <summary>A time: seconds, or m:ss, or h:mm:ss, with decimals.</summary>
    public static TimeSpan? Time(ArgumentResult result) =>
        TryTime(Text(result), out TimeSpan time)
            ? time
            : Refuse<TimeSpan?>(result, "a time: seconds, m:ss or h:mm:ss, such as 90, 1:30 or 0:01:30.5");

    /// <summary>Reads a time: seconds, or m:ss, or h:mm:ss, with decimals.</summary>
    public static bool TryTime(string text, out TimeSpan time)
    {
        time = default;
        string[] parts = text.Split(':');
        if (parts.Length > 3) return false;
        double seconds = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            NumberStyles style = i == parts.Length - 1 ? NumberStyles.AllowDecimalPoint : NumberStyles.None;
            if (!double.TryParse(parts[i], style, CultureInfo.InvariantCulture, out double part) || (i > 0 && part >= 60)) return false;
            seconds = (seconds * 60) + part;
        }

        if (!(seconds < 1e9)) return false;
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>Which frames of a film are read: every N-th, or one each N seconds.</summary>
    /// <param name="text">What was given; null for every frame.</param>
    /// <exception cref="CommandException">It is neither.</exception>
    public static (int Frames, TimeSpan? Time) Every(string? text)
    {
        if (text is null) return (1, null);
        if (int.TryParse(text, out int frames) && frames >= 1) return (frames, null);
        if (text.EndsWith('s') && TryTime(text[..^1], out TimeSpan time) && time > TimeSpan.Zero) return (1, time);
        throw new CommandException(
            ExitCode.WrongCommand,
            $"--every {text}: expected a number of frames{(IsAbove(text, int.MaxValue) ? $" up to {int.MaxValue}" : "")}, such as 5, "
            + "or seconds, such as 0.5s");
    }

    /// <summary>Whole numbers separated by commas.</summary>
    /// <param name="minimum">The smallest allowed.</param>
    public static Func<ArgumentResult, int[]> Integers(int minimum) => result =>
    {
        string[] parts = Text(result).Split(',');
        int[] values = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out values[i]) || values[i] < minimum)
            {
                return Refuse<int[]>(
                    result,
                    $"whole numbers separated by commas, {Bounds(parts[i], minimum, int.MaxValue, isToldAlways: false)} each");
            }
        }

        return values;
    };

    /// <summary>Numbers of 0 or more separated by commas.</summary>
    /// <param name="result">What was given.</param>
    public static float[] Numbers(ArgumentResult result)
    {
        string[] parts = Text(result).Split(',');
        float[] values = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !(values[i] >= 0)
                || !float.IsFinite(values[i]))
            {
                return Refuse<float[]>(result, "numbers separated by commas, 0 or more each");
            }
        }

        return values;
    }

    /// <summary>A fold of many, <c>3/10</c>.</summary>
    /// <param name="result">What was given.</param>
    public static (int Fold, int Of)? Fold(ArgumentResult result)
    {
        string[] parts = Text(result).Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int fold) &&
            int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int of) && fold >= 1 && fold <= of && of >= 2
            ? (fold, of)
            : Refuse<(int, int)?>(result, "a fold of two or more, e.g. 3/10");
    }

    /// <summary>Two numbers, the least and the greatest, <c>0.8,1.25</c>.</summary>
    /// <param name="result">What was given.</param>
    public static (double Minimum, double Maximum)? Scales(ArgumentResult result)
    {
        string[] parts = Text(result).Split(',');
        return parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double minimum) &&
            double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double maximum) && minimum > 0.1 && minimum <= 1
                && maximum >= 1 && maximum < 10
            ? (minimum, maximum)
            : Refuse<(double, double)?>(result, "the smallest and the greatest size, e.g. 0.8,1.25");
    }

    /// <summary>One of a few words.</summary>
    /// <param name="choices">The words and what they stand for.</param>
    public static Func<ArgumentResult, T> OneOf<T>(params (string Word, T Value)[] choices) => result =>
    {
        foreach ((string word, T value) in choices)
        {
            if (string.Equals(word, Text(result), StringComparison.OrdinalIgnoreCase)) return value;
        }

        return Refuse<T>(result, string.Join(", ", choices.Select(choice => choice.Word)));
    };

    /// <summary>A face's place, <c>x,y,width,height</c>.</summary>
    /// <param name="result">What was given.</param>
    public static FaceBox? Box(ArgumentResult result)
    {
        string[] parts = Text(result).Split(',');
        Span<int> values = stackalloc int[4];
        bool isBox = parts.Length == values.Length;
        for (int i = 0; isBox && i < values.Length; i++)
        {
            isBox = int.TryParse(parts[i], NumberStyles.Integer, CultureInfo.InvariantCulture, out values[i]);
        }

        return isBox && values[2] >= 1 && values[3] >= 1
            ? new FaceBox(values[0], values[1], values[2], values[3])
            : Refuse<FaceBox?>(result, "x,y,width,height in whole pixels, width and height 1 or more, e.g. 176,66,95,95");
    }

    /// <summary>One character that can stand between values; not one that stands in numbers.</summary>
    /// <param name="result">What was given.</param>
    public static char Character(ArgumentResult result) =>
        Text(result) is [char one] && one is not ('"' or '.' or '-' or '+') && !char.IsLetterOrDigit(one) && !char.IsControl(one)
            ? one
            : Refuse<char>(result, "one character that is no letter, digit, sign, point or quotation mark, e.g. ;");

    /// <summary>Rows and columns, <c>84x84</c>.</summary>
    /// <param name="result">What was given.</param>
    public static (int Height, int Width)? Size(ArgumentResult result)
    {
        string[] parts = Text(result).Split('x', 'X', '×');
        return parts.Length == 2 && TryRead(parts[0], out int height) && TryRead(parts[1], out int width)
            ? (height, width)
            : Refuse<(int, int)?>(result, "height x width in pixels, e.g. 84x84");

        static bool TryRead(string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1;
    }

    // What a number may be. A maximum that is only what the number's type holds is told to whoever exceeds it.
    private static string Bounds(string text, long minimum, long maximum, bool isToldAlways) =>
        isToldAlways || IsAbove(text, maximum) ? $"{minimum} to {maximum}" : $"{minimum} or more";

    private static bool IsAbove(string text, long maximum) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value) && value > maximum;

    private static string Text(ArgumentResult result) => result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;

    private static T Refuse<T>(ArgumentResult result, string expected)
    {
        string option = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError($"{option} '{Text(result)}': expected {expected}");
        return default!;
    }
}
