using System.Globalization;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>Counts the pictures that folders hold in formats that are not read.</summary>
internal sealed class UnreadPictures
{
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>Counts a file, if its name is that of such a picture.</summary>
    /// <param name="path">The file.</param>
    public void Add(string path)
    {
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (Vision.UnreadFormats.ByExtension(path) is not null && !Photo.HasPictureName(path))
        {
            _counts[ending] = _counts.GetValueOrDefault(ending) + 1;
        }
    }

    /// <summary>The count in one line; null where there is nothing to say.</summary>
    public string? Line()
    {
        int sum = _counts.Values.Sum();
        if (sum == 0) return null;
        string each = string.Join(", ", _counts.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:N0}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sum:N0} {(sum == 1 ? "file" : "files")} of formats that are not read: {each}; convert them to JPEG or PNG");
    }
}
