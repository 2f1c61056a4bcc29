namespace MicroExpNet.Training.DataSets;

/// <summary>Folds by subject: each subject is in one fold only.</summary>
internal static class SubjectFolds
{
    /// <summary>The paper's number of folds.</summary>
    public const int Paper = 10;

    /// <summary>
    /// The fold of each subject, 1 to <paramref name="folds"/>: subjects in the order of their identifiers, cut as evenly as their number
    /// allows.
    /// </summary>
    public static Dictionary<string, int> Assign(IEnumerable<string> subjects, int folds)
    {
        string[] ordered = [.. subjects.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, int> assigned = [];
        for (int i = 0; i < ordered.Length; i++) assigned[ordered[i]] = (int)((long)i * folds / ordered.Length) + 1;
        return assigned;
    }

    /// <summary>Sets each listed face's fold to that of its subject.</summary>
    public static void Apply(Listing listing, int folds)
    {
        Dictionary<string, int> assigned = Assign(listing.Faces.Select(face => face.Subject!), folds);
        for (int i = 0; i < listing.Faces.Count; i++)
        {
            listing.Faces[i] = listing.Faces[i] with { Fold = assigned[listing.Faces[i].Subject!] };
        }
    }
}
