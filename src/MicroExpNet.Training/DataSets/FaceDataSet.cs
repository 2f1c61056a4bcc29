using System.Collections.Immutable;
using System.Globalization;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// Labelled faces in memory, in a fixed order, with an account of what is not used. Two data sets are equal only if they are the same
/// object.
/// </summary>
/// <param name="Name">What messages and tables call it: the path it was read from, without a separator at its end.</param>
/// <param name="Format">Its layout, e.g. <c>FER+</c> or <c>a folder for each class</c>.</param>
/// <param name="Labels">Names of the classes, in the order of <see cref="FaceSample.Label"/>: the eight expressions if all are
/// expressions.</param>
/// <param name="Samples">The faces.</param>
/// <param name="Skipped">Files and rows that are not used, and why.</param>
public sealed record FaceDataSet(
    string Name, string Format, ImmutableArray<string> Labels, ImmutableArray<FaceSample> Samples, ImmutableArray<SkippedFile> Skipped)
{
    /// <summary>The reason in <see cref="Skipped"/> of a class that has no face.</summary>
    public const string EmptyClass = "a class without faces";

    /// <summary>Faces that are used although their files are damaged: a line for each, with its name and what is wrong.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Whether it comes split: its faces belong to two or three parts, or only some of them to one.</summary>
    public bool HasParts => Samples.Select(sample => sample.Part).Distinct().Count() > 1;

    /// <summary>Full paths of the tables of pixels in it, whose faces are called by their rows.</summary>
    internal ImmutableArray<string> Tables { get; init; } = [];

    /// <summary>Number of faces in each part, for those the data set assigns to one.</summary>
    public IReadOnlyDictionary<DataPart, int> PartCounts => Samples
        .Where(sample => sample.Part is not null)
        .GroupBy(sample => sample.Part!.Value)
        .OrderBy(group => group.Key)
        .ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Reads a data set. Its layout is detected from its contents.</summary>
    /// <param name="path">
    /// A folder or zip archive (or a folder in one, <c>faces.zip/train</c>): FER+, CK+, Oulu-CASIA, or a folder for each class. Or a table:
    /// FER2013's pixels, or the paths and labels of pictures, with or without a header, with any separator.
    /// </param>
    /// <param name="options">What labels mean, which part is read, and limits; null for the default ones.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="DataSetFormatException">It is none of these, its labels do not speak for themselves, or no face can be
    /// used.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="OperationCanceledException">Reading was stopped.</exception>
    public static FaceDataSet Load(string path, DataSetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= DataSetOptions.Default;
        MemoryBudget budget = new(path, options.MaxBytes);
        try
        {
            if (FileReading.IsOrdinary(path) && (TableReader.Read(path, options.GroupColumn, budget, cancellationToken) is { } table))
            {
                return Assemble(
                    path, table, file =>
                    FileReading.ReadAll(file, options.MaxFileBytes, cancellationToken), options, budget, cancellationToken);
            }

            if (options.GroupColumn is { } group)
            {
                throw new DataSetFormatException(
                    $"{path}: no table, so it has no column '{ClassTable.Shown(group)}'; expected a file with a path and a label in " +
                        "each row");
            }

            using FileSource source = FileSource.Open(path, options.MaxFileBytes, cancellationToken);
            Listing listing = FerPlusReader.Read(source, path, options.Votes, cancellationToken)
                ?? CohnKanadeReader.Read(source, path)
                ?? OuluCasiaReader.Read(source)
                ?? ClassFolderReader.Read(source, path);
            listing.Skipped.AddRange(source.Skipped);
            return Assemble(path, listing, source.Read, options, budget, cancellationToken);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            // A table with unbalanced quotes, or an archive with damaged contents.
            throw new DataSetFormatException($"{path}: damaged ({e.Message.ReplaceLineEndings(" ")})", e);
        }
    }

    /// <summary>A data set of some of the faces.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="positions">Positions of the faces, in their new order.</param>
    /// <exception cref="ArgumentException">There is no face at one of the positions.</exception>
    public FaceDataSet Select(string name, IEnumerable<int> positions)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(positions);
        return this with { Name = name, Samples = [.. positions.Select(At)], Skipped = [], Warnings = [] };

        FaceSample At(int position)
        {
            bool isThere = (uint)position < (uint)Samples.Length;
            ArgumentCheck.Require(isThere, $"{Name}: there is no face at position {position}; expected positions below {Samples.Length}");
            return Samples[position];
        }
    }

    /// <summary>The faces of one part.</summary>
    /// <param name="part">The part.</param>
    /// <exception cref="ArgumentException">There is no face in it.</exception>
    public FaceDataSet SelectPart(DataPart part)
    {
        FaceDataSet selected = this with
        {
            Name = $"{Name}, {PartNames.Of(part)}",
            Samples = [.. Samples.Where(sample => sample.Part == part)],
            Skipped = [],
            Warnings = [],
        };
        if (!selected.Samples.IsEmpty) return selected;
        throw new ArgumentException(
            PartCounts.Count == 0
                ? $"{Name}: it does not come split into parts"
                : $"{Name}: it has no faces in the part '{PartNames.Of(part)}'; its parts are {DescribeParts()}");
    }

    /// <summary>Its parts and how many faces are in each, for messages.</summary>
    internal string DescribeParts()
    {
        int without = Samples.Count(sample => sample.Part is null);
        IEnumerable<string> parts = PartCounts.Select(pair => Described(PartNames.Of(pair.Key), pair.Value));
        return string.Join(", ", without == 0 ? parts : parts.Append(Described("no part", without)));

        static string Described(string part, int count) => string.Create(CultureInfo.InvariantCulture, $"{part} {count:N0}");
    }

    /// <summary>The same faces with the classes of another data set or model, matched by name. Soft labels, which refer to all classes, are
    /// dropped.</summary>
    /// <param name="labels">The classes.</param>
    /// <exception cref="ArgumentException">There is no class, or a face's class is none of them.</exception>
    public FaceDataSet WithLabels(ImmutableArray<string> labels)
    {
        if (labels.IsDefaultOrEmpty) throw new ArgumentException("there is no class; expected one or more", nameof(labels));
        if (labels.SequenceEqual(Labels)) return this;
        HashSet<int> used = [.. Samples.Select(sample => sample.Label)];
        int[] positions = [.. Labels.Select((label, i) => used.Contains(i) ? ClassNames.Find(labels, label) : -1)];
        if (Samples.FirstOrDefault(sample => positions[sample.Label] < 0) is { } stranger)
        {
            throw new ArgumentException(
                $"{Name}: the class '{ClassTable.Shown(Labels[stranger.Label])}' of {stranger.Name} is none of "
                + string.Join(", ", labels));
        }

        return this with
        {
            Labels = labels,
            Samples = [.. Samples.Select(sample => sample with { Label = positions[sample.Label], SoftLabel = [] })],
        };
    }

    /// <summary>The faces of two data sets as one, with the classes of this one. Each face keeps its part:
    /// <see cref="DataSplit.ByParts"/> leaves out those in none. Where both have rows of tables of pixels, the other's are called by its
    /// file, too: <c>more.csv: row 1</c>.</summary>
    /// <param name="other">The other data set, whose classes are the same or some of them. Its soft labels are kept where its classes are
    /// the same.</param>
    /// <exception cref="ArgumentException">A face's class is none of this data set's, a name is in both, or the other's parts do not fit
    /// together.</exception>
    public FaceDataSet Join(FaceDataSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.RequireConsistent();
        if (!Tables.IsEmpty && other.Tables is [var table]) other = NameByFile(other, table);
        HashSet<string> names = [.. Samples.Select(sample => sample.Name)];
        if (other.Samples.FirstOrDefault(sample => names.Contains(sample.Name)) is { } twin)
        {
            throw new ArgumentException($"{other.Name}: {Name} has a face named {twin.Name} too; expected other names");
        }

        return this with
        {
            Name = $"{Name} + {Path.GetFileName(other.Name)}",
            Format = $"{Format} + {other.Format}",
            Tables = [.. Tables, .. other.Tables],
            Samples = [.. Samples, .. other.WithLabels(Labels).Samples],
            Skipped = [.. Skipped, .. other.Skipped],
            Warnings = [.. Warnings, .. other.Warnings],
        };
    }

    /// <summary>The same faces with subjects found in their names. Folds that the data set came in are dropped.</summary>
    /// <param name="subject">Finds the subject in a face's name; returns null if there is none.</param>
    /// <exception cref="ArgumentException">A name has no subject.</exception>
    public FaceDataSet WithSubjects(Func<string, string?> subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return this with
        {
            Samples =
            [
                .. Samples.Select(sample => sample with
                {
                    Subject = subject(sample.Name) ?? throw new ArgumentException($"no subject found in {sample.Name}"),
                    Fold = null,
                }),
            ],
        };
    }

    /// <inheritdoc/>
    public bool Equals(FaceDataSet? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    // The prefix is the end of the table's path: as many parts of it as no joined table ends with.
    private FaceDataSet NameByFile(FaceDataSet other, string table)
    {
        if (Tables.Contains(table)) throw new ArgumentException($"{other.Name}: its faces are there already; expected another table");
        int length = 1;
        while (Tables.Any(known => End(known, length) == End(table, length))) length++;
        string end = End(table, length);
        return other with { Samples = [.. other.Samples.Select(sample => sample with { Name = $"{end}: {sample.Name}" })] };

        static string End(string path, int length) =>
            string.Join('/', path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).TakeLast(length));
    }

    private static FaceDataSet Assemble(
        string path, Listing listing, Func<string, byte[]> read, DataSetOptions options, MemoryBudget budget,
            CancellationToken cancellationToken)
    {
        List<SkippedFile> skipped = [.. listing.Skipped];
        List<string> warnings = [.. listing.Warnings];
        ListedFace[] faces = Choose(path, listing, options, skipped);
        ClassTable classes = ClassTable.Create(path, faces.Select(face => face.Label), listing.NumberedClasses, options);
        faces = Distinct(faces, face => options.KeepsLabels ? 0 : classes.Find(face.Label), skipped);
        List<FaceSample> samples = [];
        string[] names = [.. faces.Select(face => face.Name)];
        int position = 0;
        bool hasPixels = faces.Length > 0 && faces[0].Image is not null;
        if (hasPixels)
        {
            // The pictures are in the table.
            foreach (ListedFace face in faces) samples.Add(Sample(face, face.Image!, classes));
        }
        else
        {
            foreach ((GrayImage? image, string? fault) in PictureDecoding.Decode(
                names, i => read(faces[i].File), image => image, options.MaxPicturePixels, cancellationToken))
            {
                ListedFace face = faces[position++];
                if (image is null)
                {
                    skipped.Add(new SkippedFile(face.Name, fault!, IsFault: true));
                    continue;
                }

                if (fault is not null) warnings.Add($"{face.Name}: {fault}");
                budget.Take(image.Pixels.Length);
                samples.Add(Sample(face, image, classes));
            }
        }

        if (samples.Count == 0)
        {
            string reason = skipped.Count > 0 ? $", e.g. {ClassTable.Shown(skipped[0].Name)}: {skipped[0].Reason}" : "";
            throw new DataSetFormatException($"{path}: read as {listing.Format}, but no face in it can be used{reason}")
            {
                Skipped = [.. skipped],
            };
        }

        HashSet<int> used = [.. samples.Select(sample => sample.Label)];
        skipped.AddRange(
            classes.Classes.Where((_, i) => !used.Contains(i)).Select(label => new SkippedFile(label, EmptyClass, IsFault: true)));
        skipped.AddRange(
            listing.EmptyClasses.Where(label => !classes.Knows(label)).Select(label => new SkippedFile(label, EmptyClass, IsFault: true)));

        // The last part of the name is what cards and charts say.
        string name = Path.TrimEndingDirectorySeparator(path);
        return new FaceDataSet(name, listing.Format, classes.Classes, [.. samples], [.. skipped])
        {
            Warnings = [.. warnings],
            Tables = hasPixels ? [Path.GetFullPath(path)] : [],
        };
    }

    // Without the labels that are ignored and the parts that are not wanted.
    private static ListedFace[] Choose(string path, Listing listing, DataSetOptions options, List<SkippedFile> skipped)
    {
        HashSet<string> ignored = new(options.IgnoredLabels, StringComparer.OrdinalIgnoreCase),
            found = new(StringComparer.OrdinalIgnoreCase);
        List<ListedFace> faces = [];
        foreach (ListedFace face in listing.Faces)
        {
            if (options.Part is { } part && face.Part != part) continue;
            if (ignored.Contains(face.Label))
            {
                found.Add(face.Label);
                skipped.Add(new SkippedFile(face.Name, $"its label '{ClassTable.Shown(face.Label)}' is ignored", IsFault: false));
            }
            else
            {
                faces.Add(face);
            }
        }

        if (options.Part is { } wanted && faces.Count == 0 && listing.Faces.Count > 0)
        {
            throw new DataSetFormatException($"{path}: it has no faces in the part '{PartNames.Of(wanted)}'");
        }

        if (!options.MayLackIgnored && ignored.FirstOrDefault(label => !found.Contains(label)) is { } missing)
        {
            throw new DataSetFormatException($"{path}: no face has the label '{ClassTable.Shown(missing)}', which is to be ignored");
        }

        return [.. faces];
    }

    // Of what is listed twice with one label, the first; of what has two, none: which one is right is not known.
    private static ListedFace[] Distinct(ListedFace[] faces, Func<ListedFace, int> labelOf, List<SkippedFile> skipped)
    {
        HashSet<string> names = new(faces.Length, StringComparer.Ordinal);
        if (faces.All(face => names.Add(face.Name))) return faces;
        List<ListedFace> distinct = [];
        foreach (ListedFace[] rows in faces.GroupBy(face => face.Name, StringComparer.Ordinal).Select(group => group.ToArray()))
        {
            string[] labels = [.. rows.DistinctBy(labelOf).Select(face => $"'{ClassTable.Shown(face.Label)}'")];
            if (labels.Length == 1) distinct.Add(rows[0]);
            if (rows.Length == 1) continue;
            string reason = labels.Length == 1 ? "listed twice" : $"listed as {string.Join(" and as ", labels)}; left out";
            skipped.Add(new SkippedFile(rows[0].Name, reason, IsFault: true));
        }

        return [.. distinct];
    }

    private static FaceSample Sample(ListedFace face, GrayImage image, ClassTable classes) =>
        new(face.Name, image, classes.Find(face.Label))
        {
            SoftLabel = classes.Move(face.SoftLabel),
            Fold = face.Fold,
            Subject = face.Subject,
            Group = face.Group,
            Part = face.Part,
        };
}
