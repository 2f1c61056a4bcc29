using System.Text;

namespace MicroExpNet.Checkpoints;

/// <summary>Finds a checkpoint's files from what a user names: a folder, a prefix, or one of the files.</summary>
internal static class CheckpointLocation
{
    private const string IndexEnding = ".index";
    private const string StateName = "checkpoint";
    private const long MaxStateLength = 1 << 20;

    /// <summary>The prefix that the index and data files share.</summary>
    /// <exception cref="ModelFormatException">The folder's <c>checkpoint</c> file names no checkpoint.</exception>
    /// <exception cref="FileNotFoundException">There is no checkpoint there.</exception>
    public static string FindPrefix(string path)
    {
        if (Directory.Exists(path)) return FindInFolder(path);
        if (File.Exists(path))
        {
            if (path.EndsWith(IndexEnding, StringComparison.Ordinal)) return path[..^IndexEnding.Length];
            if (Path.GetFileName(path) == StateName) return FindInFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            int data = path.LastIndexOf(".data-", StringComparison.Ordinal);
            if (data > 0) return path[..data];
        }

        if (File.Exists(path + IndexEnding)) return path;
        throw new FileNotFoundException(
            $"{path}: there is no such checkpoint; expected a folder with a file '{StateName}', or the prefix of an {IndexEnding} file",
            path);
    }

    /// <summary>The index file of a prefix.</summary>
    public static string IndexPath(string prefix) => prefix + IndexEnding;

    /// <summary>A data file of a prefix, e.g. <c>model.data-00000-of-00001</c>.</summary>
    public static string DataPath(string prefix, int shard, int shards) => $"{prefix}.data-{shard:00000}-of-{shards:00000}";

    private static string FindInFolder(string folder)
    {
        string state = Path.Combine(folder, StateName);
        if (!File.Exists(state))
        {
            string[] indexes = Directory.GetFiles(folder, "*" + IndexEnding);
            return indexes.Length == 1
                ? indexes[0][..^IndexEnding.Length]
                : throw new FileNotFoundException(
                    $"{folder}: it is a folder without a file '{StateName}' and with {indexes.Length} {IndexEnding} files; "
                    + "expected a file, or a folder with a TensorFlow checkpoint", folder);
        }

        if (new FileInfo(state).Length > MaxStateLength)
        {
            throw new ModelFormatException($"{state}: larger than {MaxStateLength} bytes; expected a few lines that name a checkpoint");
        }

        string named = ReadState(state);

        // The path may be absolute and of the machine that trained; the files have moved since.
        string[] candidates = [Path.Combine(folder, named), Path.Combine(folder, named[(named.LastIndexOfAny(['/', '\\']) + 1)..])];
        return candidates.FirstOrDefault(prefix => File.Exists(IndexPath(prefix)))
            ?? throw new ModelFormatException(
                $"{state}: "
                + $"it names the checkpoint '{named}', but there is no '{Path.GetFileName(candidates[1])}{IndexEnding}' in the folder");
    }

    /// <summary>The value of <c>model_checkpoint_path</c> in a text protocol buffer.</summary>
    private static string ReadState(string state)
    {
        const string key = "model_checkpoint_path:";
        foreach (string line in File.ReadLines(state))
        {
            string text = line.Trim();
            if (!text.StartsWith(key, StringComparison.Ordinal)) continue;
            string value = text[key.Length..].Trim();
            if (value.Length > 2 && value[0] is '"' or '\'' && value[^1] == value[0]) return Unescape(value[1..^1]);
            break;
        }

        throw new ModelFormatException($"{state}: it names no checkpoint; expected a line {key} \"NAME\"");
    }

    private static string Unescape(string text)
    {
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) i++;
            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}
