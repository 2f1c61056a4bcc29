using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Train;

/// <summary>Says what of a data set somebody should look at: a line each, up to ten, then how many more.</summary>
internal static class SkippedFileLines
{
    private const int Shown = 10;

    public static void Write(string name, IEnumerable<SkippedFile> skipped, Terminal terminal)
    {
        SkippedFile[] faults = [.. skipped.Where(one => one.IsFault)];
        string[] empty = [.. faults.Where(fault => fault.Reason == FaceDataSet.EmptyClass).Select(fault => fault.Name)];
        if (empty.Length > 0)
        {
            string more = empty.Length > Shown ? $" and {empty.Length - Shown} more" : "";
            string classes = empty.Length == 1 ? "a class" : $"{empty.Length} classes";
            terminal.Say($"{classes} without faces: {string.Join(", ", empty.Take(Shown))}{more}");
        }

        SkippedFile[] others = [.. faults.Where(fault => fault.Reason != FaceDataSet.EmptyClass)];
        foreach (SkippedFile fault in others.Take(Shown)) terminal.Say($"{fault.Name}: {fault.Reason}");
        if (others.Length > Shown) terminal.Say($"{others.Length - Shown} more like these in {name}");
    }

    /// <summary>Says what is wrong with files that are used all the same.</summary>
    public static void WriteWarnings(FaceDataSet data, Terminal terminal)
    {
        foreach (string line in data.Warnings.Take(Shown)) terminal.Say(line);
        if (data.Warnings.Length > Shown) terminal.Say($"{data.Warnings.Length - Shown} more like these in {data.Name}");
    }
}
