using System.Globalization;
using MicroExpNet.Architectures;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// FER+ (Barsoum, Zhang, Canton Ferrer, Zhang, 2016) in its official layout: a <c>label.csv</c> beside the pictures, with ten votes for
/// each.
/// </summary>
internal static class FerPlusReader
{
    private const string LabelFile = "label.csv";
    private const int FirstVote = 2;
    private const int MaxVotes = 1_000_000;

    // Columns of the votes, then "unknown" and "not a face".
    private static readonly string[] Columns = [
        "neutral", "happy", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"];
    private static readonly int[] Positions = [.. Columns.Select(column => OriginalArchitectures.DefaultLabels.IndexOf(column))];

    /// <summary>Lists the faces.</summary>
    /// <param name="source">The files.</param>
    /// <param name="name">What messages call the data set.</param>
    /// <param name="rule">Which faces are used.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The faces, or null if the files are in another layout.</returns>
    /// <exception cref="DataSetFormatException">There are several lists, and their folders' names do not say which part each
    /// is.</exception>
    public static Listing? Read(FileSource source, string name, VoteRule rule, CancellationToken cancellationToken)
    {
        string[] lists = [.. source.Files.Where(file => Path.GetFileName(file) == LabelFile)];
        if (lists.Length == 0) return null;
        if (lists.Length > 1 && lists.Select(PartNames.OfFile).Distinct().Count() < lists.Length)
        {
            throw new DataSetFormatException(
                $"{name}: it holds {lists.Length} lists ({string.Join(", ", lists.Take(3).Select(Folder))}…); name one of their " +
                    $"folders, e.g. {name.TrimEnd('/')}/{Folder(lists[0])}");
        }

        Listing listing = new("FER+");
        HashSet<string> files = [.. source.Files];
        foreach (string list in lists)
        {
            using StreamReader reader = TextFile.Open(new MemoryStream(source.Read(list)), $"{name}: {list}");
            using CsvDataReader csv = CsvDataReader.Create(
                reader, new CsvDataReaderOptions { HasHeaders = false, Comment = CsvComment.None });
            while (csv.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (csv.RowNumber == 1 && csv.RowFieldCount > FirstVote && !int.TryParse(csv.GetString(FirstVote), out _)) continue;
                Add(listing, csv, Folder(list), list, files, rule);
            }
        }

        return listing;
    }

    private static string Folder(string list) => Path.GetDirectoryName(list)!.Replace('\\', '/');

    private static void Add(Listing listing, CsvDataReader csv, string folder, string list, HashSet<string> files, VoteRule rule)
    {
        string line = $"{list}, line {csv.RowNumber}";
        int[] votes = new int[Columns.Length];
        bool valid = csv.RowFieldCount == FirstVote + votes.Length;
        for (int i = 0; valid && i < votes.Length; i++)
        {
            valid = int.TryParse(csv.GetFieldSpan(FirstVote + i), NumberStyles.None, CultureInfo.InvariantCulture, out votes[i])
                && votes[i] <= MaxVotes;
        }

        if (!valid)
        {
            listing.Skip(line, "expected a name, a box and ten numbers of votes");
            return;
        }

        string file = folder.Length == 0 ? csv.GetString(0) : $"{folder}/{csv.GetString(0)}";
        float[] shares = new float[OriginalArchitectures.DefaultLabels.Length];
        int all = 0, expressions = 0;
        for (int i = 0; i < votes.Length; i++)
        {
            if (votes[i] <= 1) continue;
            all += votes[i];
            if (Positions[i] < 0) continue;
            expressions += votes[i];
            shares[Positions[i]] = votes[i];
        }

        int label = Array.IndexOf(shares, shares.Max());
        if (rule == VoteRule.Majority && shares[label] * 2 <= all)
        {
            listing.Skip(file, "no expression has more than half of its votes", isFault: false);
        }
        else if (expressions == 0)
        {
            listing.Skip(file, "no expression has more than one vote", isFault: false);
        }
        else if (!files.Contains(file))
        {
            listing.Skip(file, $"in {list}, but there is no such file");
        }
        else
        {
            listing.Faces.Add(new ListedFace(file, OriginalArchitectures.DefaultLabels[label])
            {
                SoftLabel = [.. shares.Select(share => share / expressions)],
                Part = PartNames.OfFile(file),
            });
        }
    }
}
