using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Train;

/// <summary>Says what of a data set somebody should look at: a line each, and past ten how many more.</summary>
internal static class LeftOutLines
{
    private const int Shown = 10;

    public static void Write(string name, IEnumerable<LeftOut> leftOut, Terminal terminal)
    {
        LeftOut[] faults = [.. leftOut.Where(one => one.IsFault)];
        foreach (LeftOut fault in faults.Take(Shown)) terminal.Say($"{fault.Name}: {fault.Reason}");
        if (faults.Length > Shown) terminal.Say($"{faults.Length - Shown} more like these in {name}");
    }
}
