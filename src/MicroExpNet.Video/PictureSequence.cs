using System.Globalization;
using System.Text.RegularExpressions;

namespace MicroExpNet.Video;

/// <summary>Numbered pictures that make a film: a pattern such as <c>frame%04d.png</c>, and the number of the first one.</summary>
/// <param name="Pattern">The pattern as FFmpeg takes it.</param>
/// <param name="First">The number of the first picture.</param>
/// <param name="Missing">What is not read, since a number before it is missing; null where no number is.</param>
internal sealed partial record PictureSequence(string Pattern, long First, string? Missing)
{
    /// <summary>Whether a path is such a pattern, rather than a file's name.</summary>
    public static bool IsPattern(string path) => !File.Exists(path) && Number().Count(Path.GetFileName(path)) == 1;

    /// <summary>Finds the first picture of a pattern.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The pictures; null where the path is no pattern.</returns>
    /// <exception cref="FileNotFoundException">No picture has such a name.</exception>
    public static PictureSequence? TryFind(string path)
    {
        if (!IsPattern(path)) return null;
        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full)!, name = Path.GetFileName(full);
        Match number = Number().Match(name);
        string before = name[..number.Index], after = name[(number.Index + number.Length)..];
        int digits = number.Groups[1].Length == 0 ? 1 : int.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture);
        SortedSet<long> numbers = [];
        foreach (string file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
        {
            string candidate = Path.GetFileName(file);
            if (candidate.Length < before.Length + digits + after.Length
                || !candidate.StartsWith(before, StringComparison.Ordinal)
                || !candidate.EndsWith(after, StringComparison.Ordinal))
            {
                continue;
            }

            string middle = candidate[before.Length..^after.Length];

            // As FFmpeg writes the number: filled with zeros to its width, and longer without them.
            if (long.TryParse(middle, NumberStyles.None, CultureInfo.InvariantCulture, out long found)
                && middle == found.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'))
            {
                numbers.Add(found);
            }
        }

        // A % in the folder's name is one.
        if (numbers.Count == 0) throw new FileNotFoundException($"'{path}': no picture has such a name", path);
        return new PictureSequence(
            Path.Join(folder.Replace("%", "%%", StringComparison.Ordinal), name), numbers.Min, MissingOf(numbers, NameOf));

        string NameOf(long number) => before + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0') + after;
    }

    // FFmpeg takes the film to be at its end where a number is missing.
    private static string? MissingOf(SortedSet<long> numbers, Func<long, string> name)
    {
        long last = numbers.Min;
        foreach (long number in numbers)
        {
            if (number > last + 1) return $"{name(last + 1)} is missing; {name(number)} and what follows it are not read";
            last = number;
        }

        return null;
    }

    /// <summary>FFmpeg's arguments that name the pictures.</summary>
    /// <param name="rate">Pictures a second.</param>
    public IReadOnlyList<string> Input(double rate) =>
    [
        "-f", "image2", "-framerate", rate.ToString("0.######", CultureInfo.InvariantCulture),
        "-start_number", First.ToString(CultureInfo.InvariantCulture), "-i", "file:" + Pattern,
    ];

    [GeneratedRegex("%0?([0-9]{0,2})d")]
    private static partial Regex Number();
}
