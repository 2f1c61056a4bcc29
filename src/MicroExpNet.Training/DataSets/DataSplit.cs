namespace MicroExpNet.Training.DataSets;

/// <summary>A data set cut in two: faces to train on, and faces that are only looked at.</summary>
/// <param name="Training">Faces to train on.</param>
/// <param name="Validation">Faces to look at.</param>
public sealed record DataSplit(FaceDataSet Training, FaceDataSet Validation)
{
    /// <summary>Sets one fold apart. Folds are as the data set gives them, else made by subject, else of every class alike.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="fold">The fold to look at, counted from 1 in the order of the data set's own numbers.</param>
    /// <param name="folds">How many there are.</param>
    /// <param name="seed">Seed of folds that are made here without subjects.</param>
    /// <exception cref="ArgumentException">The data set has another number of folds, or too few faces or subjects.</exception>
    public static DataSplit Fold(FaceDataSet data, int fold, int folds, ulong seed = 1)
    {
        int[] assigned = Folds(data, folds, seed);
        return Cut(data, i => assigned[i] == fold, $"{data.Name}, fold {fold} of {folds}");
    }

    /// <summary>Sets a share of the faces apart: whole subjects where they are known, else of every class alike.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="share">Above 0, below 1.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <exception cref="ArgumentException">Nothing would be left on one of the sides.</exception>
    public static DataSplit HoldOut(FaceDataSet data, double share, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        HashSet<int> held = [];
        RandomStream random = new(seed, 0x401D);
        if (data.Samples.All(sample => sample.Subject is not null))
        {
            foreach (var subject in Shuffled(data.Samples.Select((sample, i) => (sample.Subject, i)).GroupBy(pair => pair.Subject).ToArray(), ref random))
            {
                if (held.Count >= share * data.Samples.Length) break;
                held.UnionWith(subject.Select(pair => pair.i));
            }
        }
        else
        {
            for (int label = 0; label < data.Labels.Length; label++)
            {
                int[] members = Shuffled(Members(data, label), ref random);
                held.UnionWith(members.Take((int)Math.Round(share * members.Length)));
            }
        }

        return Cut(data, held.Contains, $"{data.Name}, {share:0%} held out");
    }

    /// <summary>The fold of each face, 1 to <paramref name="folds"/>.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="folds">How many.</param>
    /// <param name="seed">Seed of folds that are made here without subjects.</param>
    /// <exception cref="ArgumentException">The data set has another number of folds, only some of its faces are in one, or faces or subjects are too few.</exception>
    public static int[] Folds(FaceDataSet data, int folds, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Samples.All(sample => sample.Fold is not null))
        {
            int[] given = [.. data.Samples.Select(sample => sample.Fold!.Value).Distinct().Order()];
            if (given.Length != folds) throw new ArgumentException($"{data.Name}: it comes in {given.Length} folds, not {folds}");
            return [.. data.Samples.Select(sample => Array.IndexOf(given, sample.Fold!.Value) + 1)];
        }

        if (data.Samples.FirstOrDefault(sample => sample.Fold is null) is { } without && data.Samples.Any(sample => sample.Fold is not null))
        {
            throw new ArgumentException($"{data.Name}: {data.Samples.Count(sample => sample.Fold is null)} of {data.Samples.Length} faces are in no fold, e.g. {without.Name}");
        }

        if (data.Samples.All(sample => sample.Subject is not null))
        {
            int subjects = data.Samples.Select(sample => sample.Subject).Distinct().Count();
            if (subjects < folds) throw new ArgumentException($"{data.Name}: {subjects} subjects are too few for {folds} folds");
            Dictionary<string, int> assigned = SubjectFolds.Assign(data.Samples.Select(sample => sample.Subject!), folds);
            return [.. data.Samples.Select(sample => assigned[sample.Subject!])];
        }

        if (data.Samples.Length < folds) throw new ArgumentException($"{data.Name}: {data.Samples.Length} faces are too few for {folds} folds");
        int[] made = new int[data.Samples.Length];
        RandomStream random = new(seed, 0xF01D);
        int next = 0;
        for (int label = 0; label < data.Labels.Length; label++)
        {
            foreach (int i in Shuffled(Members(data, label), ref random)) made[i] = (next++ % folds) + 1;
        }

        return made;
    }

    private static int[] Members(FaceDataSet data, int label) => [.. Enumerable.Range(0, data.Samples.Length).Where(i => data.Samples[i].Label == label)];

    private static DataSplit Cut(FaceDataSet data, Func<int, bool> isValidation, string name)
    {
        IEnumerable<int> all = Enumerable.Range(0, data.Samples.Length);
        DataSplit split = new(data.Select(data.Name, all.Where(i => !isValidation(i))), data.Select(name, all.Where(isValidation)));
        return split.Training.Samples.IsEmpty || split.Validation.Samples.IsEmpty ? throw new ArgumentException($"{name}: no faces are left on one of the two sides") : split;
    }

    private static T[] Shuffled<T>(T[] items, ref RandomStream random)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }

        return items;
    }
}
