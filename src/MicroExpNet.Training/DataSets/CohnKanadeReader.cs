using System.Globalization;
using System.Text;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// CK+ (Lucey et al., 2010) as its owners hand it out: <c>cohn-kanade-images/S005/001/*.png</c> beside
/// <c>Emotion/S005/001/*_emotion.txt</c>, whose numbers are our label order. The paper's protocol: the last three frames of a labelled
/// sequence carry its label, its first frame is neutral; ten folds by subject.
/// </summary>
internal static class CohnKanadeReader
{
    private const string Images = "cohn-kanade-images/";
    private const string Emotions = "Emotion/";
    private const int LabelledFrames = 3;

    /// <summary>Reads the lists, or returns null where the source is laid out in another way.</summary>
    /// <exception cref="DataSetFormatException">The labels are missing.</exception>
    public static Listing? Read(FileSource source, string name)
    {
        string? root = source.Files.Select(file => Root(file, Images)).FirstOrDefault(found => found is not null);
        if (root is null) return null;

        // The archives they come in may have been unpacked to folders of their own.
        string? labels = source.Files.Where(IsEmotion).Select(file => Root(file, Emotions)).FirstOrDefault(found => found is not null);
        if (labels is null) throw new DataSetFormatException($"{name}: CK+'s pictures without its labels; expected Emotion/S005/001/*_emotion.txt beside cohn-kanade-images");
        Listing listing = new("CK+");
        Dictionary<string, string[]> emotions = Sequences(source, labels + Emotions, IsEmotion);
        foreach ((string sequence, string[] frames) in Sequences(source, root + Images, ClassFolderReader.IsPicture).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!emotions.TryGetValue(sequence, out string[]? files))
            {
                listing.Skip(sequence, "a sequence without a label", isFault: false);
                continue;
            }

            string text = Encoding.ASCII.GetString(source.Read(files[0])).Trim();
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double label) || label is < 0 or > 7 || label != Math.Floor(label))
            {
                listing.Skip(files[0], "expected a number 0 to 7");
                continue;
            }

            string subject = sequence.Split('/')[0];
            if (frames.Length <= LabelledFrames)
            {
                listing.Skip(sequence, $"a sequence of {frames.Length} frames; expected more than {LabelledFrames}");
                continue;
            }

            listing.Faces.Add(new ListedFace(frames[0], "neutral") { Subject = subject });
            foreach (string frame in frames[^LabelledFrames..]) listing.Faces.Add(new ListedFace(frame, ((int)label).ToString(CultureInfo.InvariantCulture)) { Subject = subject });
        }

        foreach (string sequence in emotions.Keys.Where(sequence => !source.Files.Any(file => file.StartsWith($"{root}{Images}{sequence}/", StringComparison.Ordinal))))
        {
            listing.Skip(sequence, "a label without pictures");
        }

        SubjectFolds.Apply(listing, SubjectFolds.Paper);
        return listing;
    }

    private static bool IsEmotion(string file) => file.EndsWith("_emotion.txt", StringComparison.Ordinal);

    // What lies before a folder of this name in a path, or null.
    private static string? Root(string file, string folder)
    {
        int at = $"/{file}".IndexOf($"/{folder}", StringComparison.Ordinal);
        return at < 0 ? null : file[..at];
    }

    // Files of each subject's sequence, S005/001, in their order.
    private static Dictionary<string, string[]> Sequences(FileSource source, string root, Func<string, bool> belongs) => source.Files
        .Where(file => file.StartsWith(root, StringComparison.Ordinal) && belongs(file) && file[root.Length..].Split('/').Length == 3)
        .GroupBy(file => string.Join('/', file[root.Length..].Split('/')[..2]))
        .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
}
