using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>Labelled faces in memory, in a fixed order, with an account of what was left out.</summary>
/// <param name="Name">What messages and tables call it: the path it was read from.</param>
/// <param name="Format">How it was laid out, e.g. <c>FER+</c> or <c>a folder for each class</c>.</param>
/// <param name="Labels">The classes' names in the order of <see cref="FaceSample.Label"/>: the eight expressions where all are such.</param>
/// <param name="Samples">The faces.</param>
/// <param name="Skipped">What could not be used, and why.</param>
public sealed record FaceDataSet(
    string Name, string Format, ImmutableArray<string> Labels, ImmutableArray<FaceSample> Samples, ImmutableArray<SkippedFile> Skipped)
{
    // Pictures read before they are decoded together: enough for all cores, little memory.
    private const int DecodedTogether = 512;

    /// <summary>Reads a data set; how it is laid out is told by looking.</summary>
    /// <param name="path">
    /// A folder or zip archive (or a folder in one, <c>faces.zip/train</c>): FER+, CK+, Oulu-CASIA, or a folder for each class. Or a file:
    /// FER2013's <c>.csv</c>, or the original's label file, a line <c>path label</c> for each picture.
    /// </param>
    /// <param name="votes">Which faces are used where there are crowd votes.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="DataSetFormatException">It is none of these, or no face in it can be used.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="OperationCanceledException">Reading was stopped.</exception>
    public static FaceDataSet Load(string path, VoteRule votes = VoteRule.Majority, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (File.Exists(path) && (TableReader.Read(path) is { } table)) return Assemble(path, table, File.ReadAllBytes, cancellation);
            using FileSource source = FileSource.Open(path);
            Listing listing = FerPlusReader.Read(source, path, votes) ?? CohnKanadeReader.Read(source, path) ?? OuluCasiaReader.Read(source) ?? ClassFolderReader.Read(source, path);
            foreach (string file in source.Repeated) listing.Skip(file, "twice in the archive");
            return Assemble(path, listing, source.Read, cancellation);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            // A table that breaks its own quotes, or an archive whose list of files is whole and whose content is not.
            throw new DataSetFormatException($"{path}: damaged ({e.Message.ReplaceLineEndings(" ")})", e);
        }
    }

    /// <summary>The faces of the given positions, in their order.</summary>
    public FaceDataSet Select(string name, IEnumerable<int> positions) => this with { Name = name, Samples = [.. positions.Select(i => Samples[i])], Skipped = [] };

    /// <summary>The same faces under the classes of another data set, told by their names; soft labels, which are of all classes, are dropped.</summary>
    /// <param name="labels">The classes.</param>
    /// <exception cref="ArgumentException">A face's class is none of them.</exception>
    public FaceDataSet WithLabels(ImmutableArray<string> labels)
    {
        if (labels.SequenceEqual(Labels)) return this;
        int[] positions = [.. Labels.Select(label => ClassNames.Find(labels, label))];
        if (Samples.FirstOrDefault(sample => positions[sample.Label] < 0) is { } stranger)
        {
            throw new ArgumentException($"{Name}: the class '{Labels[stranger.Label]}' of {stranger.Name} is none of {string.Join(", ", labels)}");
        }

        return this with { Labels = labels, Samples = [.. Samples.Select(sample => sample with { Label = positions[sample.Label], SoftLabel = [] })] };
    }

    /// <summary>The same faces with subjects found in their names.</summary>
    /// <param name="subject">The subject in a name; null for none.</param>
    /// <exception cref="ArgumentException">A name has none.</exception>
    public FaceDataSet WithSubjects(Func<string, string?> subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return this with
        {
            Samples = [.. Samples.Select(sample => sample with { Subject = subject(sample.Name) ?? throw new ArgumentException($"no subject found in {sample.Name}"), Fold = null })],
        };
    }

    private static FaceDataSet Assemble(string path, Listing listing, Func<string, byte[]> read, CancellationToken cancellation)
    {
        List<SkippedFile> skipped = [.. listing.Skipped];
        (ImmutableArray<string> labels, Func<string, int> position) = Classes(listing);
        List<(ListedFace Face, int Label)> faces = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ListedFace face in listing.Faces)
        {
            int label = position(face.Class);
            if (label < 0) skipped.Add(new SkippedFile(face.Name, $"unknown label '{face.Class}'", IsFault: true));
            else if (!names.Add(face.Name)) skipped.Add(new SkippedFile(face.Name, "listed twice", IsFault: true));
            else faces.Add((face, label));
        }

        List<FaceSample> samples = [];
        foreach ((ListedFace Face, int Label)[] part in faces.Chunk(DecodedTogether))
        {
            cancellation.ThrowIfCancellationRequested();
            Decode(part, read, samples, skipped);
        }

        if (samples.Count == 0)
        {
            string reason = skipped.Count > 0 ? $", e.g. {skipped[0].Name}: {skipped[0].Reason}" : "";
            throw new DataSetFormatException($"{path}: read as {listing.Format}, but no face in it can be used{reason}") { Skipped = [.. skipped] };
        }

        for (int label = 0; label < labels.Length; label++)
        {
            if (!samples.Exists(sample => sample.Label == label)) skipped.Add(new SkippedFile(labels[label], "a class without faces", IsFault: true));
        }

        foreach (string name in listing.EmptyClasses.Where(name => position(name) < 0)) skipped.Add(new SkippedFile(name, "a class without faces", IsFault: true));
        return new FaceDataSet(path, listing.Format, labels, [.. samples], [.. skipped]);
    }

    // The eight expressions where two classes or more are such, else the classes as they are called. A number is a position among the eight.
    private static (ImmutableArray<string> Labels, Func<string, int> Position) Classes(Listing listing)
    {
        ImmutableArray<string> expressions = OriginalArchitectures.DefaultLabels;
        string[] names = [.. listing.Faces.Select(face => face.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (names.Count(name => Position(name) >= 0) >= Math.Min(2, names.Length)) return (expressions, Position);
        ImmutableArray<string> own = [.. names];
        return (own, name => own.IndexOf(name));

        int Position(string name)
        {
            if (ExpressionLabels.TryParse(name, out Expression expression)) return (int)expression;
            return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < expressions.Length ? number : -1;
        }
    }

    private static void Decode((ListedFace Face, int Label)[] part, Func<string, byte[]> read, List<FaceSample> samples, List<SkippedFile> skipped)
    {
        // Reading is one after the other, since archives allow no other way; decoding is on all cores.
        (byte[]? Bytes, string? Fault)[] files = [.. part.Select(one => one.Face.Image is null ? Read(one.Face, read) : default)];
        (GrayImage? Image, string? Fault)[] images = new (GrayImage?, string?)[part.Length];
        Parallel.For(0, part.Length, i => images[i] = part[i].Face.Image is { } image ? (image, null) : files[i].Bytes is { } bytes ? Decode(bytes, part[i].Face.Name) : (null, files[i].Fault));
        for (int i = 0; i < part.Length; i++)
        {
            (ListedFace face, int label) = part[i];
            if (images[i].Image is { } image) samples.Add(new FaceSample(face.Name, image, label) { SoftLabel = face.SoftLabel, Fold = face.Fold, Subject = face.Subject });
            else skipped.Add(new SkippedFile(face.Name, images[i].Fault!, IsFault: true));
        }
    }

    private static (byte[]? Bytes, string? Fault) Read(ListedFace face, Func<string, byte[]> read)
    {
        try
        {
            return (read(face.File), null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, "there is no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return (null, "it can't be read");
        }
    }

    private static (GrayImage? Image, string? Fault) Decode(byte[] bytes, string name)
    {
        try
        {
            using Photo photo = Photo.Load(new MemoryStream(bytes), name);
            return (new GrayImage(photo.ToGray(), photo.Width, photo.Height), null);
        }
        catch (PhotoFormatException)
        {
            return (null, "no picture, or a broken one");
        }
    }
}
