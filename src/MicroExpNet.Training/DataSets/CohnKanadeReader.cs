using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MicroExpNet.Architectures;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// CK+ (Lucey et al., 2010) as its owners distribute it: <c>cohn-kanade-images/S005/001/*.png</c> beside
/// <c>Emotion/S005/001/*_emotion.txt</c>, whose numbers are in the order of the eight expressions. The paper's protocol: the last three
/// frames of a labelled sequence have its label, its first frame is neutral; ten folds by subject.
/// </summary>
internal static class CohnKanadeReader
{
    private const string Images = "cohn-kanade-images/";
    private const string Emotions = "Emotion/";
    private const int LabelledFrames = 3;

    /// <summary>Lists the faces.</summary>
    /// <param name="source">The files.</param>
    /// <param name="name">What messages call the data set.</param>
    /// <returns>The faces, or null if the files are in another layout.</returns>
    /// <exception cref="DataSetFormatException">The labels are missing.</exception>
    public static Listing? Read(FileSource source, string name)
    {
        string? root = source.Files.Select(file => Root(file, Images)).FirstOrDefault(found => found is not null);
        if (root is null) return null;

        // Each of CK+'s archives may have been unpacked to a folder of its own.
        string? labels = source.Files.Where(IsEmotion).Select(file => Root(file, Emotions)).FirstOrDefault(found => found is not null);
        if (labels is null)
        {
            throw new DataSetFormatException(
                $"{name}: CK+'s pictures without its labels; expected Emotion/S005/001/*_emotion.txt beside cohn-kanade-images");
        }

        Listing listing = new("CK+");
        Dictionary<string, string[]> emotions = Sequences(source, labels + Emotions, IsEmotion);
        Dictionary<string, string[]> pictures = Sequences(source, root + Images, Photo.HasPictureName);
        foreach ((string sequence, string[] frames) in pictures.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!emotions.TryGetValue(sequence, out string[]? files))
            {
                listing.Skip(sequence, "a sequence without a label", isFault: false);
                continue;
            }

            if (Label(source, files[0]) is not { } label)
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
            foreach (string frame in frames[^LabelledFrames..]) listing.Faces.Add(new ListedFace(frame, label) { Subject = subject });
        }

        foreach (string sequence in emotions.Keys.Where(sequence => !pictures.ContainsKey(sequence)))
        {
            listing.Skip(sequence, "a label without pictures");
        }

        SubjectFolds.Apply(listing, SubjectFolds.Paper);
        return listing;
    }

    private static bool IsEmotion(string file) => file.EndsWith("_emotion.txt", StringComparison.Ordinal);

    private static string? Label(FileSource source, string file)
    {
        string text = Encoding.ASCII.GetString(source.Read(file)).Trim();
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double label);
        ImmutableArray<string> classes = OriginalArchitectures.DefaultLabels;
        return isNumber && label >= 0 && label < classes.Length && label == Math.Floor(label) ? classes[(int)label] : null;
    }

    // The part of a path before a folder of this name, or null.
    private static string? Root(string file, string folder)
    {
        int at = $"/{file}".IndexOf($"/{folder}", StringComparison.Ordinal);
        return at < 0 ? null : file[..at];
    }

    // Files of each subject's sequence, S005/001, in order.
    private static Dictionary<string, string[]> Sequences(FileSource source, string root, Func<string, bool> filter) => source.Files
        .Where(file => file.StartsWith(root, StringComparison.Ordinal) && filter(file) && file[root.Length..].Split('/').Length == 3)
        .GroupBy(file => string.Join('/', file[root.Length..].Split('/')[..2]))
        .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
}
