using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Train;

/// <summary>Says what of a data set somebody should look at: a line each, and past ten how many more.</summary>
internal static class SkippedFileLines
{
    private const int Shown = 10;

    public static void Write(string name, IEnumerable<SkippedFile> skipped, Terminal terminal)
    {
        SkippedFile[] faults = [.. skipped.Where(one => one.IsFault)];
        foreach (SkippedFile fault in faults.Take(Shown)) terminal.Say($"{fault.Name}: {fault.Reason}");
        if (faults.Length > Shown) terminal.Say($"{faults.Length - Shown} more like these in {name}");
    }
}
