using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// Oulu-CASIA (Zhao et al., 2011) as its owners distribute it: <c>…/VL/Strong/P001/Anger/*.jpeg</c>. The paper's protocol: the last three
/// frames of a sequence have its label; ten folds by subject.
/// </summary>
internal static class OuluCasiaReader
{
    private const int LabelledFrames = 3;
    private const string VisibleStrong = "/VL/Strong/";
    private static readonly string[] Labels = ["Anger", "Disgust", "Fear", "Happiness", "Sadness", "Surprise"];

    /// <summary>Lists the faces.</summary>
    /// <param name="source">The files.</param>
    /// <returns>The faces, or null if the files are in another layout.</returns>
    public static Listing? Read(FileSource source)
    {
        // Of the lights and cameras the paper uses visible light, strong. The root may also be that folder itself.
        (string File, string[] Parts)[] pictures =
        [
            .. source.Files.Where(Photo.HasPictureName).Select(file => (file, file.Split('/')))
                .Where(file => file.Item2.Length >= 3 && IsSubject(file.Item2[^3])),
        ];
        if (pictures.Length == 0) return null;
        Listing listing = new("Oulu-CASIA");
        bool hasLights = pictures.Any(picture => $"/{picture.File}".Contains(VisibleStrong, StringComparison.OrdinalIgnoreCase));

        // Folders of other people may be called p001, too.
        if (!hasLights && !pictures.All(picture => IsFrame(picture.Parts))) return null;
        if (hasLights)
        {
            int all = pictures.Length;
            pictures = [.. pictures.Where(picture => $"/{picture.File}".Contains(VisibleStrong, StringComparison.OrdinalIgnoreCase))];
            if (pictures.Length < all) listing.Skip($"{all - pictures.Length} pictures", "not visible light (VL), strong", isFault: false);
        }

        int unlabelled = 0;
        foreach (var sequence in pictures.GroupBy(picture => string.Join('/', picture.Parts[..^1]))
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            (string File, string[] Parts)[] frames = [.. sequence];
            string subject = frames[0].Parts[^3], label = frames[0].Parts[^2];
            if (frames.Length < LabelledFrames)
            {
                listing.Skip(sequence.Key, $"a sequence of {frames.Length} frames; expected {LabelledFrames} or more");
                continue;
            }

            unlabelled += frames.Length - LabelledFrames;
            foreach ((string file, _) in frames[^LabelledFrames..]) listing.Faces.Add(new ListedFace(file, label) { Subject = subject });
        }

        if (unlabelled > 0)
        {
            listing.Skip($"{unlabelled} pictures", $"before the last {LabelledFrames} of their sequences", isFault: false);
        }

        SubjectFolds.Apply(listing, SubjectFolds.Paper);
        return listing;
    }

    // P001/Anger/012.jpeg.
    private static bool IsFrame(string[] parts) =>
        Labels.Contains(parts[^2], StringComparer.OrdinalIgnoreCase) && Path.GetFileNameWithoutExtension(parts[^1]).All(char.IsAsciiDigit);

    private static bool IsSubject(string folder) => folder.Length == 4 && folder[0] is 'P' or 'p' && folder[1..].All(char.IsAsciiDigit);
}
