namespace MicroExpNet.Cli.Tables;

/// <summary>The names of the columns that hold the probabilities of a model's classes.</summary>
internal static class ClassColumns
{
    /// <summary>The classes' names. A name that another column or an earlier class has, whatever the case of its letters, gets
    /// <c>class_</c> before it, as <c>class_track</c>: SQL and spreadsheets do not tell <c>Track</c> from <c>track</c>.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="others">The names of the other columns.</param>
    public static string[] NamesOf(IReadOnlyCollection<string> labels, IEnumerable<string> others)
    {
        HashSet<string> taken = new(others, StringComparer.OrdinalIgnoreCase), free = new(StringComparer.OrdinalIgnoreCase);
        bool[] keeps = [.. labels.Select(label => !taken.Contains(label) && free.Add(label))];
        taken.UnionWith(free);
        return [.. labels.Zip(keeps, (label, isKept) => isKept ? label : Rename(label))];

        string Rename(string label)
        {
            do label = $"class_{label}"; while (!taken.Add(label));
            return label;
        }
    }
}
