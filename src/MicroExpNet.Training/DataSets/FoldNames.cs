using System.Globalization;
using System.Text.RegularExpressions;

namespace MicroExpNet.Training.DataSets;

/// <summary>Folds in folder names: <c>foldN</c> anywhere in a path, as in the original.</summary>
internal static partial class FoldNames
{
    /// <summary>The fold a file is in, or null.</summary>
    public static int? Find(string path) => Fold().Match(path.Replace('\\', '/')) is { Success: true } match
        ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Whether a folder's name is that of a fold.</summary>
    public static bool IsFold(string folder) => Find($"{folder}/") is not null;

    [GeneratedRegex(@"(?:^|/)fold[ _-]?(\d{1,6})/", RegexOptions.IgnoreCase)]
    private static partial Regex Fold();
}
