namespace MicroExpNet.Training.DataSets;

/// <summary>A data set split in two: training faces, and validation faces that are never trained on.</summary>
/// <param name="Training">Faces to train on.</param>
/// <param name="Validation">Faces to choose and calibrate the model with; there may be none.</param>
public sealed record DataSplit(FaceDataSet Training, FaceDataSet Validation)
{
    /// <summary>Splits a data set as it comes: its training part, and its validation part if it has one.</summary>
    /// <param name="data">A data set with parts.</param>
    /// <exception cref="ArgumentException">It has no training part.</exception>
    public static DataSplit ByParts(FaceDataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        FaceDataSet training = data.SelectPart(DataPart.Training);
        bool hasValidation = data.PartCounts.ContainsKey(DataPart.Validation);
        return new DataSplit(training, hasValidation ? data.SelectPart(DataPart.Validation) : data.Select("none", []));
    }

    /// <summary>
    /// Validates on one fold and trains on the others. Folds are those of the data set, else made by subject, else stratified by class with
    /// equal pictures in one fold.
    /// </summary>
    /// <param name="data">The data set.</param>
    /// <param name="fold">The fold to validate on, counted from 1 in the order of the data set's own numbers.</param>
    /// <param name="folds">Number of folds, 2 or more.</param>
    /// <param name="seed">Seed of stratified folds.</param>
    /// <exception cref="ArgumentException">The data set has another number of folds, subjects for only some of its faces, or too few faces
    /// or subjects; or a number is out of its range.</exception>
    public static DataSplit Fold(FaceDataSet data, int fold, int folds, ulong seed = 1)
    {
        ArgumentCheck.Require(fold >= 1 && fold <= folds, $"fold is {fold}; expected 1 to the number of folds, {folds}");
        int[] assigned = Folds(data, folds, seed);
        return Cut(data, i => assigned[i] == fold, $"{data.Name}, fold {fold} of {folds}");
    }

    /// <summary>
    /// Holds out a share of the faces for validation: whole subjects if they are known, else stratified by class with equal pictures on one
    /// side.
    /// </summary>
    /// <param name="data">The data set.</param>
    /// <param name="share">Share of the validation faces, above 0, below 1.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <exception cref="ArgumentException">The share is out of its range, only some of the faces have a subject, or no face would be left
    /// on one of the sides.</exception>
    public static DataSplit HoldOut(FaceDataSet data, double share, ulong seed = 1)
    {
        data.RequireConsistent();
        ArgumentCheck.Require(share is > 0 and < 1, FormattableString.Invariant($"share is {share}; expected above 0 and below 1"));
        bool[] held = new bool[data.Samples.Length];
        RandomStream random = new(seed, 0x401D);
        if (HasSubjects(data))
        {
            int count = 0;
            foreach (var subject in Shuffled(
                data.Samples.Select((sample, i) => (sample.Subject, i)).GroupBy(pair => pair.Subject).ToArray(), ref random))
            {
                if (count >= share * data.Samples.Length) break;
                foreach ((_, int i) in subject) held[i] = true;
                count += subject.Count();
            }
        }
        else
        {
            int[][] classes = [.. Members(data).Select(members => Shuffled(members, ref random))];
            foreach (int[] members in classes)
            {
                foreach (int i in members.Take((int)Math.Round(share * members.Length))) held[i] = true;
            }

            // Of classes so small that none would lose a face, the largest lose one each.
            if (!held.Contains(true))
            {
                int count = Math.Max(1, (int)Math.Round(share * held.Length));
                foreach (int[] members in classes.Where(members => members.Length > 1).OrderByDescending(members => members.Length)
                    .Take(count)) held[members[0]] = true;
            }

            KeepEqualTogether(data, held);
        }

        return Cut(data, i => held[i], $"{data.Name}, {share:0%} held out");
    }

    /// <summary>Assigns each face to a fold, 1 to <paramref name="folds"/>.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="folds">Number of folds, 2 or more.</param>
    /// <param name="seed">Seed of stratified folds.</param>
    /// <returns>The fold of each face, <c>[samples]</c>.</returns>
    /// <exception cref="ArgumentException">
    /// The data set has another number of folds, only some of its faces are in one or have a subject, or faces or subjects are too few; or
    /// the number is below 2.
    /// </exception>
    public static int[] Folds(FaceDataSet data, int folds, ulong seed = 1)
    {
        data.RequireConsistent();
        ArgumentCheck.Require(folds >= 2, $"folds is {folds}; expected 2 or more");
        if (data.Samples.All(sample => sample.Fold is not null))
        {
            int[] given = [.. data.Samples.Select(sample => sample.Fold!.Value).Distinct().Order()];
            if (given.Length != folds) throw new ArgumentException($"{data.Name}: it comes in {given.Length} folds, not {folds}");
            Dictionary<int, int> numbers = given.Select((fold, i) => (fold, i)).ToDictionary(pair => pair.fold, pair => pair.i + 1);
            return [.. data.Samples.Select(sample => numbers[sample.Fold!.Value])];
        }

        if (data.Samples.FirstOrDefault(sample => sample.Fold is null) is { } without
            && data.Samples.Any(sample => sample.Fold is not null))
        {
            throw new ArgumentException(
                $"{data.Name}: {data.Samples.Count(sample => sample.Fold is null)} of {data.Samples.Length} faces are in no fold, e.g. " +
                    $"{without.Name}");
        }

        if (HasSubjects(data))
        {
            int subjects = data.Samples.Select(sample => sample.Subject).Distinct().Count();
            if (subjects < folds) throw new ArgumentException($"{data.Name}: {subjects} subjects are too few for {folds} folds");
            Dictionary<string, int> assigned = SubjectFolds.Assign(data.Samples.Select(sample => sample.Subject!), folds);
            return [.. data.Samples.Select(sample => assigned[sample.Subject!])];
        }

        if (data.Samples.Length < folds)
        {
            throw new ArgumentException($"{data.Name}: {data.Samples.Length} faces are too few for {folds} folds");
        }
        int[] made = new int[data.Samples.Length];
        RandomStream random = new(seed, 0xF01D);
        int next = 0;
        foreach (int[] members in Members(data))
        {
            foreach (int i in Shuffled(members, ref random)) made[i] = (next++ % folds) + 1;
        }

        KeepEqualTogether(data, made);
        return made;
    }

    /// <summary>Finds validation faces whose picture is also trained on: equal pixels, or the mirror image's.</summary>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Each such validation face with the first training face it equals, in the order of the validation faces.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public IReadOnlyList<(FaceSample Training, FaceSample Validation)> FindDuplicates(CancellationToken cancellationToken = default)
    {
        if (Validation.Samples.IsEmpty) return [];
        Dictionary<UInt128, FaceSample> trained = [];
        foreach (FaceSample sample in Training.Samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            trained.TryAdd(PixelFingerprint.Of(sample.Image), sample);
        }

        List<(FaceSample, FaceSample)> duplicates = [];
        foreach (FaceSample sample in Validation.Samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (trained.TryGetValue(PixelFingerprint.Of(sample.Image), out FaceSample? equal)) duplicates.Add((equal, sample));
        }

        return duplicates;
    }

    // Whether the faces are split by person. Where only some say who is in them, a person could be on both sides unnoticed.
    private static bool HasSubjects(FaceDataSet data)
    {
        int without = data.Samples.Count(sample => sample.Subject is null);
        if (without == 0 || without == data.Samples.Length) return without == 0;
        throw new ArgumentException(
            $"{data.Name}: {without} of {data.Samples.Length} faces have no subject, e.g. " +
            $"{data.Samples.First(sample => sample.Subject is null).Name}; expected one for each face (--subject finds it in names), or " +
            "for none");
    }

    // Positions of each class's faces.
    private static int[][] Members(FaceDataSet data)
    {
        List<int>[] members = [.. data.Labels.Select(_ => new List<int>())];
        for (int i = 0; i < data.Samples.Length; i++) members[data.Samples[i].Label].Add(i);
        return [.. members.Select(one => one.ToArray())];
    }

    // Equal pictures, mirrored or not, go where the first of them goes.
    private static void KeepEqualTogether<T>(FaceDataSet data, T[] assigned)
    {
        Dictionary<UInt128, T> known = [];
        for (int i = 0; i < assigned.Length; i++)
        {
            UInt128 fingerprint = PixelFingerprint.Of(data.Samples[i].Image);
            if (!known.TryAdd(fingerprint, assigned[i])) assigned[i] = known[fingerprint];
        }
    }

    private static DataSplit Cut(FaceDataSet data, Func<int, bool> isValidation, string name)
    {
        IEnumerable<int> all = Enumerable.Range(0, data.Samples.Length);
        DataSplit split = new(data.Select(data.Name, all.Where(i => !isValidation(i))), data.Select(name, all.Where(isValidation)));
        return split.Training.Samples.IsEmpty || split.Validation.Samples.IsEmpty
            ? throw new ArgumentException(
                $"{name}: of {data.Samples.Length} faces {split.Training.Samples.Length} are left to train on and " +
                    $"{split.Validation.Samples.Length} to validate on; expected at least one each")
            : split;
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
