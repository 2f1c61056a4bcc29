namespace MicroExpNet.Training.Evaluation;

/// <summary>How many faces of a group are right: recognised, or found.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Faces">Number of its faces, 1 or more.</param>
/// <param name="Right">How many of them are right.</param>
public sealed record GroupResult(string Group, int Faces, int Right)
{
    // A group that is this much worse than the whole is marked in the table.
    private const double MaxDeficit = 0.05;

    /// <summary>The share that is right, 0 to 1.</summary>
    public double Share => (double)Right / Faces;

    /// <summary>The share's 95% confidence interval.</summary>
    public WilsonInterval Interval => WilsonInterval.Of(Right, Faces);

    /// <summary>Counts faces by group, in the order of the groups' names. Faces without a group count as <c>unknown</c>.</summary>
    /// <param name="faces">The group of each face, and whether the face is right.</param>
    public static IReadOnlyList<GroupResult> Count(IEnumerable<(string? Group, bool IsRight)> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        return
        [
            .. faces.GroupBy(face => string.IsNullOrEmpty(face.Group) ? "unknown" : face.Group)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new GroupResult(group.Key, group.Count(), group.Count(face => face.IsRight))),
        ];
    }

    /// <summary>Whether the group's share is more than five points below that of all faces.</summary>
    /// <param name="whole">The share of all faces that is right, 0 to 1.</param>
    public bool FallsBehind(double whole) => Share < whole - MaxDeficit;
}
