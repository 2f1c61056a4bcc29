namespace MicroExpNet.Training.DataSets;

/// <summary>The names that data sets give their parts.</summary>
internal static class PartNames
{
    private static readonly Dictionary<string, DataPart> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = DataPart.Training,
        ["training"] = DataPart.Training,
        ["fer2013train"] = DataPart.Training,
        ["val"] = DataPart.Validation,
        ["valid"] = DataPart.Validation,
        ["validation"] = DataPart.Validation,
        ["publictest"] = DataPart.Validation,
        ["fer2013valid"] = DataPart.Validation,
        ["test"] = DataPart.Test,
        ["testing"] = DataPart.Test,
        ["privatetest"] = DataPart.Test,
        ["fer2013test"] = DataPart.Test,
    };

    /// <summary>The part a name means, or null.</summary>
    public static DataPart? Find(string name) => Names.TryGetValue(name.Trim(), out DataPart part) ? part : null;

    /// <summary>The part of a file: that of the outermost folder with a part's name, or null.</summary>
    /// <param name="path">A path with <c>/</c> between folders.</param>
    public static DataPart? OfFile(string path)
    {
        string[] parts = path.Split('/');
        return parts[..^1].Select(Find).FirstOrDefault(part => part is not null);
    }

    /// <summary>What messages call a part.</summary>
    public static string Of(DataPart part) => part switch
    {
        DataPart.Training => "train",
        DataPart.Validation => "validation",
        _ => "test",
    };
}
