using System.Collections.Immutable;
using MicroExpNet.Models;

namespace MicroExpNet.Training.DataSets;

/// <summary>Classes by their names: expressions also by their synonyms.</summary>
internal static class ClassNames
{
    /// <summary>Position of a class, or −1.</summary>
    public static int Find(ImmutableArray<string> classes, string name)
    {
        for (int i = 0; i < classes.Length; i++)
        {
            if (string.Equals(classes[i], name, StringComparison.OrdinalIgnoreCase)) return i;
            if (ExpressionLabels.TryParse(classes[i], out Expression own) && ExpressionLabels.TryParse(name, out Expression asked) && own == asked) return i;
        }

        return -1;
    }
}
