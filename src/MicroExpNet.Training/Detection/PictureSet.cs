using System.Collections.Immutable;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.Detection;

/// <summary>
/// Pictures of a folder or zip archive and, where it holds a <c>boxes.csv</c>, the faces in them. A line of that file is a face:
/// <c>file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y</c> and more that is passed over, in pixels of the picture;
/// the box is the face's square, or, where it is taller than wide, a tight box as most detectors draw it; size and eyes may be left
/// empty. A line with the name alone says that the picture has no face. A picture with a line that cannot be used is left out, and so is
/// one without any line, of which nothing is known.
/// </summary>
public sealed class PictureSet
{
    private const string NoSuchPicture = "there is no such picture; expected its path from the table's folder on";

    // Of the picture's longer side.
    private const float MaxFaceSide = 2;

    private PictureSet(string name, bool hasTable, ImmutableArray<LabeledPicture> pictures, ImmutableArray<SkippedFile> skipped)
    {
        Name = name;
        HasTable = hasTable;
        Pictures = pictures;
        Skipped = skipped;
    }

    /// <summary>Where it was read from.</summary>
    public string Name { get; }

    /// <summary>Whether a <c>boxes.csv</c> says where the faces are; without one, no picture has any.</summary>
    public bool HasTable { get; }

    /// <summary>The pictures, by name.</summary>
    public ImmutableArray<LabeledPicture> Pictures { get; }

    /// <summary>What could not be read, and why.</summary>
    public ImmutableArray<SkippedFile> Skipped { get; }

    /// <summary>Reads a set.</summary>
    /// <param name="path">A folder, a zip archive, or a folder inside one.</param>
    /// <param name="maxSide">In pixels, 1 or more. Larger pictures are brought down to this side; their faces with them.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="ArgumentException">There is no path, or the side is below 1.</exception>
    /// <exception cref="DataSetFormatException">There is no such folder or archive, it is damaged, or there is no picture in
    /// it.</exception>
    /// <exception cref="IOException">The folder, the archive or its list of boxes cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be read.</exception>
    /// <exception cref="OperationCanceledException">It came to an early end.</exception>
    public static PictureSet Load(string path, int maxSide = int.MaxValue, CancellationToken cancellationToken = default) =>
        Load(path, maxSide, needsScores: false, cancellationToken);

    /// <summary>Reads photographs whose faces another detector labelled: a <c>boxes.csv</c> with a <c>score</c>, 0 to 1, of each face must
    /// be there.</summary>
    /// <param name="path">A folder, a zip archive, or a folder inside one.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="DataSetFormatException">There is no such folder or archive, it is damaged, there is no picture in it, or no such
    /// table.</exception>
    /// <exception cref="IOException">The folder, the archive or its list of boxes cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be read.</exception>
    /// <exception cref="OperationCanceledException">It came to an early end.</exception>
    public static PictureSet LoadPhotographs(string path, CancellationToken cancellationToken = default) =>
        Load(path, int.MaxValue, needsScores: true, cancellationToken);

    private static PictureSet Load(string path, int maxSide, bool needsScores, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        try
        {
            using FileSource source = FileSource.Open(path, DataSetOptions.Default.MaxFileBytes, cancellationToken);
            return Load(source, path, maxSide, needsScores, cancellationToken);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            // A table that breaks its own quotes, or an archive whose list of files is whole and whose content is not.
            throw new DataSetFormatException($"{path}: damaged ({e.Message.ReplaceLineEndings(" ")})", e);
        }
    }

    /// <summary>The first or last part of the set in the order of names, for training and for judging; neighbours often show one
    /// person.</summary>
    /// <param name="share">The share of the last part, 0 to 1.</param>
    /// <param name="last">Whether the last part is wanted.</param>
    /// <exception cref="ArgumentException">The share is out of its range.</exception>
    public PictureSet Part(double share, bool last)
    {
        ArgumentCheck.RequireBetween(share, 0, 1, nameof(share));
        int first = (int)Math.Round(Pictures.Length * (1 - share));

        // Of few pictures, too, either part has one.
        if (share is > 0 and < 1 && Pictures.Length > 1) first = Math.Clamp(first, 1, Pictures.Length - 1);
        return new PictureSet(Name, HasTable, last ? Pictures[first..] : Pictures[..first], last ? [] : Skipped);
    }

    /// <summary>
    /// The same set with the group of each face: what a column of <c>boxes.csv</c> says, or <c>tone</c>, <c>turn</c> or <c>tilt</c> as the
    /// face's five points and colours say.
    /// </summary>
    /// <param name="name">The column, or one of the three words.</param>
    /// <exception cref="DataSetFormatException">There is no such column, or the points' columns are missing.</exception>
    internal PictureSet GroupBy(string name)
    {
        FaceGroups groups = new(name);
        using FileSource source = FileSource.Open(Name, DataSetOptions.Default.MaxFileBytes, CancellationToken.None);
        using PhotoSource photos = OpenPhotos();
        Dictionary<string, LabeledPicture> pictures = Pictures.ToDictionary(picture => picture.Name);
        Dictionary<(string, PlacedFace), string?> found = [];
        string[] lists = [.. BoxTable.Of(source.Files, BoxTable.BoxFile)];
        if (lists.Length == 0) throw new DataSetFormatException($"no {BoxTable.BoxFile}, whose lines say the groups");
        foreach (string list in lists)
        {
            using BoxTable table = BoxTable.OpenBoxes(source, Name, list);
            LabeledPicture? current = null;
            Photo? photo = null;
            while (table.Read())
            {
                if (table.Face is not { } face || !pictures.TryGetValue(table.Picture, out LabeledPicture? own)) continue;
                if (own != current)
                {
                    photo?.Dispose();
                    (current, photo) = (own, null);
                }

                if (own.Faces.Contains(face)) found[(own.Name, face)] = groups.Of(table.Csv, face, () => photo ??= photos.Read(own.Name));
            }

            photo?.Dispose();
        }

        return new PictureSet(Name, HasTable, [.. Pictures.Select(Grouped)], Skipped);

        LabeledPicture Grouped(LabeledPicture picture) => picture with
        {
            Faces = [.. picture.Faces.Select(face => face with { Group = found.GetValueOrDefault((picture.Name, face)) ?? "unknown" })],
        };
    }

    /// <summary>
    /// Reads the set's <c>expressions.csv</c>, a line of which names the expression of one face: <c>file,x,y,w,h,expression</c>, the box as
    /// in <c>boxes.csv</c>, several expressions parted by <c>|</c> where each of them would be right. Empty where there is no such table.
    /// Lines of pictures that are not in this part of the set are passed over.
    /// </summary>
    /// <param name="skipped">Receives the lines that cannot be used.</param>
    /// <exception cref="DataSetFormatException">A column is missing.</exception>
    internal ImmutableArray<LabeledExpression> ReadExpressions(ICollection<SkippedFile> skipped)
    {
        using FileSource source = FileSource.Open(Name, DataSetOptions.Default.MaxFileBytes, CancellationToken.None);
        HashSet<string> names = [.. Pictures.Select(picture => picture.Name)], files = [.. source.Files];
        List<LabeledExpression> expressions = [];
        foreach (string list in BoxTable.Of(source.Files, BoxTable.ExpressionFile))
        {
            using BoxTable table = BoxTable.OpenExpressions(source, Name, list);
            while (table.Read())
            {
                string? fault = table.Fault ?? (files.Contains(table.Picture) ? null : $"{table.Picture}: {NoSuchPicture}");
                if (fault is not null) skipped.Add(new SkippedFile(table.Place, fault, IsFault: true));
                else if (table.Face is { } face && names.Contains(table.Picture))
                {
                    expressions.Add(new LabeledExpression(table.Picture, face.X, face.Y, face.Side, table.Expressions));
                }
            }
        }

        return [.. expressions];
    }

    /// <summary>Opens the set's pictures to be read in colour.</summary>
    internal PhotoSource OpenPhotos() => new(Name);

    private static PictureSet Load(
        FileSource source, string path, int maxSide, bool needsScores, CancellationToken cancellationToken)
    {
        List<SkippedFile> skipped = [];
        Dictionary<string, (int Width, int Height)> sizes = [];
        Dictionary<string, List<PlacedFace>>? faces = ReadBoxes(source, path, needsScores, sizes, skipped);
        string[] files = [.. source.Files.Where(file => Photo.HasPictureName(file) && (faces is null || faces.ContainsKey(file)))];
        if (faces is not null)
        {
            HashSet<string> present = [.. files];
            skipped.AddRange(
                faces.Keys.Where(file => !present.Contains(file))
                .Select(file => new SkippedFile(file, NoSuchPicture, IsFault: true)));
        }

        if (files.Length == 0)
        {
            string more = skipped.Count > 0 ? $"no picture in it; {skipped[0].Name}: {skipped[0].Reason}"
                : faces is null ? "no picture in it; expected .jpg, .png, .webp, .gif or .bmp files"
                : $"its {BoxTable.BoxFile} names no picture; expected a line for each face";
            throw new DataSetFormatException($"{path}: {more}");
        }

        List<LabeledPicture> pictures = [];
        MemoryBudget budget = new(path, DataSetOptions.Default.MaxBytes);
        int position = 0;
        foreach ((ScaledImage? scaled, string? fault) in PictureDecoding.Decode(
            files, i => source.Read(files[i]), image => Shrink(image, maxSide), DataSetOptions.Default.MaxPicturePixels, cancellationToken))
        {
            string file = files[position++];
            ImmutableArray<PlacedFace> own = faces is null || scaled is null
                ? []
                : [.. faces[file].Select(face => Scaled(face, scaled.Scale))];
            string? reason = scaled is null ? fault : FaultOf(scaled, own, sizes.TryGetValue(file, out (int, int) size) ? size : null);
            if (scaled is null || reason is not null)
            {
                skipped.Add(new SkippedFile(file, reason!, IsFault: true));
                continue;
            }

            budget.Take(scaled.Image.Pixels.Length);
            pictures.Add(new LabeledPicture(file, scaled.Image, own));
        }

        skipped.AddRange(source.Skipped.Where(file => file.IsFault));
        return new PictureSet(path, faces is not null, [.. pictures], [.. skipped]);
    }

    private static PlacedFace Scaled(PlacedFace face, float scale) => scale == 1 ? face : new(
        face.X * scale, face.Y * scale, face.Side * scale,
        face.Eyes is { } eyes
            ? new EyePositions(eyes.LeftX * scale, eyes.LeftY * scale, eyes.RightX * scale, eyes.RightY * scale)
            : null, face.Score);

    // What keeps a picture from having these faces.
    private static string? FaultOf(ScaledImage scaled, ImmutableArray<PlacedFace> faces, (int Width, int Height)? size)
    {
        GrayImage image = scaled.Image;
        if (size is { } said && said != (scaled.Width, scaled.Height))
        {
            return $"{BoxTable.BoxFile} says {said.Width}×{said.Height}, but the picture is {scaled.Width}×{scaled.Height}, upright";
        }

        // At least the middle of a face is in the picture.
        return faces.Any(face => !(face.X >= 0 && face.Y >= 0 && face.X <= image.Width && face.Y <= image.Height))
            ? $"its face lies outside the picture of {scaled.Width}×{scaled.Height}"
            : faces.Any(face => face.Side > MaxFaceSide * Math.Max(image.Width, image.Height))
            ? $"its face is larger than the picture of {scaled.Width}×{scaled.Height}"
            : null;
    }

    private static ScaledImage Shrink(GrayImage image, int maxSide)
    {
        int side = Math.Max(image.Width, image.Height);
        if (side <= maxSide) return new ScaledImage(image, image.Width, image.Height);
        return new ScaledImage(Mipmaps.Resize(image, (double)maxSide / side), image.Width, image.Height);
    }

    private static Dictionary<string, List<PlacedFace>>? ReadBoxes(
        FileSource source, string path, bool needsScores, Dictionary<string, (int Width, int Height)> sizes, List<SkippedFile> skipped)
    {
        string[] unread = [.. BoxTable.Of(source.Skipped.Select(file => file.Name), BoxTable.BoxFile)];
        if (unread.Length > 0)
        {
            throw new DataSetFormatException($"{path}: {unread[0]}: {source.Skipped.First(file => file.Name == unread[0]).Reason}");
        }

        string[] lists = [.. BoxTable.Of(source.Files, BoxTable.BoxFile)];
        if (lists.Length == 0)
        {
            return needsScores ? throw new DataSetFormatException($"{path}: no {BoxTable.BoxFile} with the faces of its pictures") : null;
        }

        Dictionary<string, List<PlacedFace>> faces = [];
        HashSet<string> broken = [];
        foreach (string list in lists)
        {
            using BoxTable table = BoxTable.OpenBoxes(source, path, list, needsScores);
            while (table.Read())
            {
                string name = table.Picture;
                List<PlacedFace> own = faces.TryGetValue(name, out List<PlacedFace>? known) ? known : faces[name] = [];
                string? fault = table.Fault;
                if (table.Size is { } size && !sizes.TryAdd(name, size) && sizes[name] != size)
                {
                    fault ??= $"{name}: another line says that it is {sizes[name].Width}×{sizes[name].Height}";
                }

                if (fault is not null) broken.Add(name);
                else if (table.Face is { } face)
                {
                    // A face that is listed twice would be missed once.
                    if (own.Contains(face)) fault = $"{name}: the same face as in a line before; it counts once";
                    else own.Add(face);
                }

                if (fault is not null) skipped.Add(new SkippedFile(table.Place, fault, IsFault: true));
            }
        }

        // A picture with a face that nobody knows the place of is none to train on or to judge by.
        foreach (string name in broken) faces.Remove(name);
        return faces;
    }

    // With the size of the file's own picture.
    private sealed record ScaledImage(GrayImage Image, int Width, int Height)
    {
        public float Scale => Image.Width == Width ? 1 : (float)Image.Width / Width;
    }
}
