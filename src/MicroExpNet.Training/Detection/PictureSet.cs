using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.Detection;

/// <summary>
/// Pictures of a folder or zip archive and, where it holds a <c>boxes.csv</c>, the faces in them. A line of that file is a face:
/// <c>file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y</c> and more that is passed over, in pixels of the picture;
/// the box is the face's square, or, where it is taller than wide, a tight box as most detectors draw it; the eyes may be left empty. A
/// line
/// with the name alone says that the picture has no face. A picture with a line that cannot be used is left out, and so is one without any
/// line, of which nothing is known.
/// </summary>
public sealed class PictureSet
{
    private const string BoxFile = "boxes.csv";
    private const string ExpressionFile = "expressions.csv";

    // A tight box and Haar's square on the same face have the same middle; the square's side is this times the box's mean side.
    private const float SquareOfTightBox = 1.07f;
    private const int BoxColumns = 4;

    // Some tables call the eyes by number.
    private static readonly string[][] Columns =
    [
        ["x"], ["y"], ["w"], ["h"],
        ["left_eye_x", "eye1_x"], ["left_eye_y", "eye1_y"], ["right_eye_x", "eye2_x"], ["right_eye_y", "eye2_y"],
    ];

    private PictureSet(string name, ImmutableArray<LabeledPicture> pictures, ImmutableArray<SkippedFile> skipped)
    {
        Name = name;
        Pictures = pictures;
        Skipped = skipped;
    }

    /// <summary>Where it was read from.</summary>
    public string Name { get; }

    /// <summary>The pictures, by name.</summary>
    public ImmutableArray<LabeledPicture> Pictures { get; }

    /// <summary>What could not be read, and why.</summary>
    public ImmutableArray<SkippedFile> Skipped { get; }

    /// <summary>Reads a set.</summary>
    /// <param name="path">A folder, a zip archive, or a folder inside one.</param>
    /// <param name="maxSide">In pixels, 1 or more. Larger pictures are brought down to this side; their faces with them.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="DataSetFormatException">There is no such folder or archive, it is damaged, or there is no picture in
    /// it.</exception>
    /// <exception cref="IOException">The folder, the archive or its list of boxes cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be read.</exception>
    /// <exception cref="OperationCanceledException">It came to an early end.</exception>
    public static PictureSet Load(string path, int maxSide = int.MaxValue, CancellationToken cancellationToken = default)
    {
        try
        {
            using FileSource source = FileSource.Open(path, DataSetOptions.Default.MaxFileBytes, cancellationToken);
            return Load(source, path, maxSide, cancellationToken);
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
    public PictureSet Part(double share, bool last)
    {
        int first = (int)Math.Round(Pictures.Length * (1 - share));
        return new PictureSet(Name, last ? Pictures[first..] : Pictures[..first], last ? [] : Skipped);
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
        foreach (string list in source.Files.Where(file => Path.GetFileName(file) == BoxFile))
        {
            string folder = list[..^BoxFile.Length];
            using StreamReader reader = new(new MemoryStream(source.Read(list)));
            using CsvDataReader csv = CsvDataReader.Create(reader, new CsvDataReaderOptions { HasHeaders = true });
            int[] columns = [.. Columns.Select(column => Column(csv, column, Name, list))];
            int file = Column(csv, ["file"], Name, list);
            int? score = FindColumn(csv, "score");
            float[] values = new float[columns.Length];
            LabeledPicture? current = null;
            Photo? photo = null;
            while (csv.Read())
            {
                string picture = csv.GetString(file);
                if (!pictures.TryGetValue(folder + picture, out LabeledPicture? own)
                    && !pictures.TryGetValue(picture, out own)) continue;
                if (own != current)
                {
                    photo?.Dispose();
                    (current, photo) = (own, null);
                }

                bool hasEyes = true;
                for (int i = 0; i < columns.Length; i++)
                {
                    hasEyes &= float.TryParse(
                        csv.GetFieldSpan(columns[i]), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]);
                }

                PlacedFace face = Face(values, hasEyes) with { Score = ReadScore(csv, score) };
                if (own.Faces.Contains(face)) found[(own.Name, face)] = groups.Of(csv, face, () => photo ??= photos.Read(own.Name));
            }

            photo?.Dispose();
        }

        return new PictureSet(Name, [.. Pictures.Select(Grouped)], Skipped);

        LabeledPicture Grouped(LabeledPicture picture) => picture with
        {
            Faces = [.. picture.Faces.Select(face => face with { Group = found.GetValueOrDefault((picture.Name, face)) ?? "unknown" })],
        };
    }

    /// <summary>
    /// Reads the set's <c>expressions.csv</c>, a line of which names the expression of one face: <c>file,x,y,w,h,expression</c>, the box as
    /// in <c>boxes.csv</c>, several expressions parted by <c>|</c> where each of them would be right. Empty where there is no such table.
    /// </summary>
    /// <exception cref="DataSetFormatException">A column is missing or a line is not of that form.</exception>
    internal ImmutableArray<LabeledExpression> ReadExpressions()
    {
        using FileSource source = FileSource.Open(Name, DataSetOptions.Default.MaxFileBytes, CancellationToken.None);
        HashSet<string> names = [.. Pictures.Select(picture => picture.Name)];
        List<LabeledExpression> expressions = [];
        foreach (string list in source.Files.Where(file => Path.GetFileName(file) == ExpressionFile))
        {
            string folder = list[..^ExpressionFile.Length];
            using StreamReader reader = new(new MemoryStream(source.Read(list)));
            using CsvDataReader csv = CsvDataReader.Create(reader, new CsvDataReaderOptions { HasHeaders = true });
            int[] columns = [.. Columns.Take(BoxColumns).Select(column => Column(csv, column, Name, list))];
            int file = Column(csv, ["file"], Name, list), expression = Column(csv, ["expression"], Name, list);
            float[] values = new float[BoxColumns];
            while (csv.Read())
            {
                for (int i = 0; i < BoxColumns; i++)
                {
                    if (!float.TryParse(csv.GetFieldSpan(columns[i]), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                        || !float.IsFinite(values[i])) throw new DataSetFormatException(
                        $"{Name}: {list}, line {csv.RowNumber + 1}: expected a box in pixels");
                }

                string picture = csv.GetString(file);
                if (!names.Contains(picture)) picture = folder + picture;
                PlacedFace face = Face(values, hasEyes: false);
                if (names.Contains(picture))
                {
                    expressions.Add(new LabeledExpression(picture, face.X, face.Y, face.Side, csv.GetString(expression).Split('|')));
                }
            }
        }

        return [.. expressions];
    }

    /// <summary>Opens the set's pictures to be read in colour.</summary>
    internal PhotoSource OpenPhotos() => new(Name);

    private static PictureSet Load(FileSource source, string path, int maxSide, CancellationToken cancellationToken)
    {
        List<SkippedFile> skipped = [];
        Dictionary<string, List<PlacedFace>>? faces = ReadBoxes(source, path, skipped);
        string[] files = [.. source.Files.Where(file => Photo.HasPictureName(file) && (faces is null || faces.ContainsKey(file)))];
        if (faces is not null)
        {
            HashSet<string> present = [.. files];
            skipped.AddRange(
                faces.Keys.Where(file => !present.Contains(file))
                .Select(file => new SkippedFile(file, "there is no such picture", IsFault: true)));
        }

        if (files.Length == 0)
        {
            string more = skipped.Count > 0 ? $"no picture in it; {skipped[0].Name}: {skipped[0].Reason}"
                : faces is null ? "no picture in it; expected .jpg, .png, .webp, .gif or .bmp files"
                : $"its {BoxFile} names no picture; expected a line for each face";
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
            bool isOutside = scaled is not null && own.Any(face => !IsIn(scaled.Image, face));
            string? reason = isOutside ? $"its face lies outside the picture of {scaled!.Image.Width}×{scaled.Image.Height}"
                : scaled is null ? fault
                : null;
            if (scaled is null || reason is not null)
            {
                skipped.Add(new SkippedFile(file, reason!, IsFault: true));
                continue;
            }

            budget.Take(scaled.Image.Pixels.Length);
            pictures.Add(new LabeledPicture(file, scaled.Image, own));
        }

        skipped.AddRange(source.Skipped.Where(file => file.IsFault));
        return new PictureSet(path, [.. pictures], [.. skipped]);
    }

    private static PlacedFace Scaled(PlacedFace face, float scale) => scale == 1 ? face : new(
        face.X * scale, face.Y * scale, face.Side * scale,
        face.Eyes is { } eyes
            ? new EyePositions(eyes.LeftX * scale, eyes.LeftY * scale, eyes.RightX * scale, eyes.RightY * scale)
            : null, face.Score);

    // At least the middle of it.
    private static bool IsIn(GrayImage image, PlacedFace face) =>
        face.X >= 0 && face.Y >= 0 && face.X <= image.Width && face.Y <= image.Height;

    private static ScaledImage Shrink(GrayImage image, int maxSide)
    {
        int side = Math.Max(image.Width, image.Height);
        if (side <= maxSide) return new ScaledImage(image, 1);
        GrayImage smaller = Mipmaps.Resize(image, (double)maxSide / side);
        return new ScaledImage(smaller, (float)smaller.Width / image.Width);
    }

    private static Dictionary<string, List<PlacedFace>>? ReadBoxes(FileSource source, string path, List<SkippedFile> skipped)
    {
        string[] lists = [.. source.Files.Where(file => Path.GetFileName(file) == BoxFile)];
        if (lists.Length == 0) return null;
        HashSet<string> files = [.. source.Files];
        Dictionary<string, List<PlacedFace>> faces = [];
        HashSet<string> broken = [];
        foreach (string list in lists)
        {
            string folder = list[..^BoxFile.Length];

            // Beside the table, or below the root as some write it.
            string Locate(string name) => files.Contains(folder + name) || !files.Contains(name) ? folder + name : name;

            using StreamReader reader = new(new MemoryStream(source.Read(list)));
            using CsvDataReader csv = CsvDataReader.Create(reader, new CsvDataReaderOptions { HasHeaders = true });
            int[] columns = [.. Columns.Select(column => Column(csv, column, path, list))];
            int file = Column(csv, ["file"], path, list);
            int? score = FindColumn(csv, "score");
            float[] values = new float[columns.Length];
            while (csv.Read())
            {
                string name = Locate(csv.GetString(file));
                List<PlacedFace> own = faces.TryGetValue(name, out List<PlacedFace>? known) ? known : faces[name] = [];
                if (columns.All(column => csv.GetFieldSpan(column).IsEmpty)) continue;
                bool valid = true, hasEyes = !columns.Skip(BoxColumns).All(column => csv.GetFieldSpan(column).IsEmpty);
                for (int i = 0; i < (hasEyes ? columns.Length : BoxColumns); i++)
                {
                    valid &= float.TryParse(csv.GetFieldSpan(columns[i]), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                        && float.IsFinite(values[i]);
                }
                if (valid && values[2] > 0 && values[3] > 0)
                {
                    own.Add(Face(values, hasEyes) with { Score = ReadScore(csv, score) });
                    continue;
                }

                skipped.Add(
                    new SkippedFile(
                    $"{list}, line {csv.RowNumber + 1}", "expected a box and two eyes in pixels, or a box alone", IsFault: true));
                broken.Add(name);
            }
        }

        // A picture with a face that nobody knows the place of is none to train on or to judge by.
        foreach (string name in broken) faces.Remove(name);
        return faces;
    }

    private static float ReadScore(CsvDataReader csv, int? column) =>
        column is { } at && float.TryParse(csv.GetFieldSpan(at), NumberStyles.Float, CultureInfo.InvariantCulture, out float score)
            && float.IsFinite(score) ? score : 1;

    private static int? FindColumn(CsvDataReader csv, string name)
    {
        for (int i = 0; i < csv.FieldCount; i++)
        {
            if (csv.GetName(i) == name) return i;
        }

        return null;
    }

    private static int Column(CsvDataReader csv, IEnumerable<string> names, string path, string list)
    {
        foreach (string name in names)
        {
            if (FindColumn(csv, name) is { } found) return found;
        }

        throw new DataSetFormatException(
            $"{path}: {list} has no column '{names.First()}'; expected " +
            "file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y");
    }

    /// <summary>Side of the square, as OpenCV's Haar cascade draws it, on a face with some box: a tight one where it is taller than
    /// wide.</summary>
    internal static float SquareSide(float width, float height) =>
        height > width * 1.01f ? SquareOfTightBox * (width + height) / 2 : (width + height) / 2;

    private static PlacedFace Face(float[] values, bool hasEyes)
    {
        (float x, float y, float width, float height) = (values[0], values[1], values[2], values[3]);
        float side = SquareSide(width, height);
        if (!hasEyes) return new PlacedFace(x + (width / 2), y + (height / 2), side, Eyes: null);
        EyePositions eyes = new(values[4], values[5], values[6], values[7]);

        // Some call the person's left eye the left one.
        if (eyes.LeftX > eyes.RightX) eyes = new EyePositions(eyes.RightX, eyes.RightY, eyes.LeftX, eyes.LeftY);
        return new PlacedFace(x + (width / 2), y + (height / 2), side, eyes);
    }

    private sealed record ScaledImage(GrayImage Image, float Scale);
}
