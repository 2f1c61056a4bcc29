namespace MicroExpNet.Training.DataSets;

/// <summary>A folder for each class, named after it, also below folders of folds: <c>happy/a.png</c>, <c>fold3/happy/a.png</c>.</summary>
internal static class ClassFolderReader
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ico", ".wbmp" };

    /// <summary>Whether a file looks like a picture by its name.</summary>
    public static bool IsPicture(string file) => Extensions.Contains(Path.GetExtension(file));

    public static Listing Read(FileSource source, string name)
    {
        Listing listing = new("a folder for each class");
        foreach (string file in source.Files)
        {
            string[] parts = file.Split('/');
            if (parts.Any(part => part.StartsWith('.'))) continue;
            if (!IsPicture(file)) listing.Skip(file, "not a picture by its name", isFault: false);
            else if (parts[..^1].LastOrDefault(folder => !FoldNames.IsFold(folder)) is not { } label) listing.Skip(file, "in no class's folder");
            else listing.Faces.Add(new ListedFace(file, label) { Fold = FoldNames.Find(file) });
        }

        // The innermost folders alone: what holds others is no class.
        foreach (string folder in source.Folders.Where(folder => !source.Folders.Any(other => other.StartsWith($"{folder}/", StringComparison.Ordinal))))
        {
            string label = folder.Split('/')[^1];
            bool isClass = !folder.Split('/').Any(part => part.StartsWith('.')) && !FoldNames.IsFold(label);
            if (isClass && !listing.Faces.Exists(face => face.Class == label)) listing.EmptyClasses.Add(label);
        }

        if (listing.Faces.Count == 0)
        {
            throw new DataSetFormatException($"{name}: no data set found; expected a folder of pictures for each class, FER+ with its label.csv, CK+, Oulu-CASIA, a label file or FER2013's table");
        }

        return listing;
    }
}
