namespace MicroExpNet.Training.DataSets;

/// <summary>Names of files that are not UTF-8. .NET puts U+FFFD in them, and no file has the name that this makes.</summary>
internal static class UnreadableName
{
    /// <summary>What is wrong with such a file, for a message.</summary>
    public const string Reason = "its name is not UTF-8; rename it";

    /// <summary>Whether a path that was listed or given holds such a name.</summary>
    /// <param name="path">The path.</param>
    public static bool Is(string path) => path.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(path);
}
