using System.Globalization;
using MicroExpNet.Architectures;
using Sylvan.Data.Csv;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// FER+ (Barsoum, Zhang, Canton Ferrer, Zhang, 2016) in its official layout: beside the pictures a <c>label.csv</c> of ten votes a line.
/// </summary>
internal static class FerPlusReader
{
    private const string LabelFile = "label.csv";
    private const int FirstVote = 2;

    // Columns of the votes, then "unknown" and "not a face".
    private static readonly string[] Columns = ["neutral", "happy", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"];
    private static readonly int[] Positions = [.. Columns.Select(column => OriginalArchitectures.DefaultLabels.IndexOf(column))];

    /// <summary>Reads the lists, or returns null where the source is laid out in another way.</summary>
    public static Listing? Read(FileSource source, string name, VoteRule rule)
    {
        string[] lists = [.. source.Files.Where(file => Path.GetFileName(file) == LabelFile)];
        if (lists.Length == 0) return null;
        if (lists.Length > 1)
        {
            throw new DataSetFormatException(
                $"{name}: it holds {lists.Length} parts ({string.Join(", ", lists.Select(Folder))}); name one of them, e.g. {name.TrimEnd('/')}/{Folder(lists[0])}");
        }

        Listing listing = new("FER+");
        HashSet<string> files = [.. source.Files];
        using StreamReader reader = new(new MemoryStream(source.Read(lists[0])));
        using CsvDataReader csv = CsvDataReader.Create(reader, new CsvDataReaderOptions { HasHeaders = false });
        string folder = Folder(lists[0]);
        while (csv.Read())
        {
            if (csv.RowNumber == 1 && csv.RowFieldCount > FirstVote && !int.TryParse(csv.GetString(FirstVote), out _)) continue;
            Add(listing, csv, folder, lists[0], files, rule);
        }

        return listing;
    }

    private static string Folder(string list) => Path.GetDirectoryName(list)!.Replace('\\', '/');

    private static void Add(Listing listing, CsvDataReader csv, string folder, string list, HashSet<string> files, VoteRule rule)
    {
        string line = $"{list}, line {csv.RowNumber}";
        int[] votes = new int[Columns.Length];
        for (int i = 0; i < votes.Length; i++)
        {
            if (csv.RowFieldCount == FirstVote + votes.Length && int.TryParse(csv.GetString(FirstVote + i), NumberStyles.None, CultureInfo.InvariantCulture, out votes[i])) continue;
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
            listing.Faces.Add(new ListedFace(file, OriginalArchitectures.DefaultLabels[label]) { SoftLabel = [.. shares.Select(share => share / expressions)] });
        }
    }
}
