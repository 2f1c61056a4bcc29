using System.Collections.Immutable;
using MicroExpNet.Models;

namespace MicroExpNet.Training.DataSets;

/// <summary>Finds classes by name; expressions also by their synonyms.</summary>
internal static class ClassNames
{
    /// <summary>Position of a class, or −1.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="name">A name, in capitals or not.</param>
    public static int Find(ImmutableArray<string> classes, string name)
    {
        bool isExpression = ExpressionLabels.TryParse(name, out Expression asked);
        for (int i = 0; i < classes.Length; i++)
        {
            if (string.Equals(classes[i], name, StringComparison.OrdinalIgnoreCase)) return i;
            if (isExpression && ExpressionLabels.TryParse(classes[i], out Expression own) && own == asked) return i;
        }

        return -1;
    }

    /// <summary>The classes that others do not have.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="others">The others.</param>
    public static ImmutableArray<string> Without(ImmutableArray<string> classes, ImmutableArray<string> others) =>
        [.. classes.Where(name => Find(others, name) < 0)];
}
