using System.Collections.Immutable;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// A folder for each class, with the class's name: <c>happy/a.png</c>, also below folders of folds (<c>fold3/happy/a.png</c>) and of parts
/// (<c>train/happy/a.png</c>).
/// </summary>
internal static class ClassFolderReader
{
    private static readonly HashSet<string> UnreadFormats = new(StringComparer.OrdinalIgnoreCase)
    {
        ".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".ppm", ".pgm", ".pnm", ".tga", ".psd", ".dng", ".cr2", ".nef",
        ".arw", ".svg", ".ico",
    };

    // Names the classes of folders that are numbers: a line for each, from number 0 on.
    private const string ClassFile = "classes.txt";

    /// <summary>Lists the faces.</summary>
    /// <param name="source">The files.</param>
    /// <param name="name">What messages call the data set.</param>
    /// <exception cref="DataSetFormatException">There is no picture in a class's folder.</exception>
    public static Listing Read(FileSource source, string name)
    {
        Listing listing = new("a folder for each class")
        {
            NumberedClasses = source.Files.Contains(ClassFile) ? ReadClasses(source, name) : [],
        };
        int unread = 0;
        foreach (string file in source.Files)
        {
            string[] parts = file.Split('/');
            string extension = Path.GetExtension(file);
            if (UnreadFormats.Contains(extension))
            {
                listing.Skip(file, $"{extension.ToLowerInvariant()} is not read; convert it to PNG or JPEG");
                unread++;
            }
            else if (extension.ToLowerInvariant() is ".csv" or ".tsv")
            {
                listing.Skip(
                    file, "a table beside the pictures; if the labels are in it, give the table itself, out of an archive", isFault: false);
            }
            else if (!Photo.HasPictureName(file))
            {
                listing.Skip(file, "not a picture by its name", isFault: false);
            }
            else if (parts[..^1].LastOrDefault(IsClass) is { } label)
            {
                listing.Faces.Add(new ListedFace(file, label) { Fold = FoldNames.Find(file), Part = PartNames.OfFile(file) });
            }
            else
            {
                listing.Skip(file, "in no class's folder");
            }
        }

        AddEmptyClasses(source, listing);
        if (listing.Faces.Count == 0)
        {
            string found = unread > 0
                ? $"{unread} of its {source.Files.Count} files are pictures of formats that are not read; convert them to PNG or JPEG"
                : "no data set found";
            throw new DataSetFormatException(
                $"{name}: {found}; expected a folder of pictures for each class, FER+ with its label.csv, CK+, Oulu-CASIA, or a table " +
                    "of labels")
            {
                Skipped = [.. listing.Skipped],
            };
        }

        return listing;
    }

    private static ImmutableArray<string> ReadClasses(FileSource source, string name)
    {
        using StreamReader reader = TextFile.Open(new MemoryStream(source.Read(ClassFile)), $"{name}: {ClassFile}");
        return [.. SpacedLabelFile.Lines(reader).Select(line => line.Trim()).Where(line => line.Length > 0)];
    }

    private static bool IsClass(string folder) => !FoldNames.IsFold(folder) && PartNames.Find(folder) is null;

    // Only innermost folders: a folder that holds others is no class.
    private static void AddEmptyClasses(FileSource source, Listing listing)
    {
        HashSet<string> outer = new(StringComparer.Ordinal), classes = [.. listing.Faces.Select(face => face.Label)];
        foreach (string folder in source.Folders)
        {
            for (int end = folder.LastIndexOf('/'); end > 0 && outer.Add(folder[..end]); end = folder.LastIndexOf('/', end - 1))
            {
            }
        }

        foreach (string folder in source.Folders.Where(folder => !outer.Contains(folder)))
        {
            string[] parts = folder.Split('/');
            if (IsClass(parts[^1]) && classes.Add(parts[^1])) listing.EmptyClasses.Add(parts[^1]);
        }
    }
}
