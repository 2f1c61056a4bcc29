namespace MicroExpNet.Cli.Video;

/// <summary>The names of the columns that hold the probabilities of a model's classes.</summary>
internal static class ClassColumns
{
    /// <summary>The classes' names; one that another column has gets <c>class_</c> before it, as <c>class_track</c>.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="others">The names of the other columns.</param>
    public static string[] NamesOf(IReadOnlyCollection<string> labels, IEnumerable<string> others)
    {
        HashSet<string> taken = new(others, StringComparer.OrdinalIgnoreCase);
        HashSet<string> names = new(labels, StringComparer.OrdinalIgnoreCase);
        return [.. labels.Select(Name)];

        string Name(string label)
        {
            if (!taken.Contains(label)) return label;
            do label = $"class_{label}"; while (taken.Contains(label) || !names.Add(label));
            return label;
        }
    }
}
