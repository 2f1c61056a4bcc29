using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Train;

/// <summary>Says what of a data set somebody should look at: a line each, and past ten how many more.</summary>
internal static class LeftOutLines
{
    private const int Shown = 10;

    public static void Write(FaceDataSet data, Terminal terminal)
    {
        LeftOut[] faults = [.. data.LeftOut.Where(one => one.IsFault)];
        foreach (LeftOut fault in faults.Take(Shown)) terminal.Say($"{fault.Name}: {fault.Reason}");
        if (faults.Length > Shown) terminal.Say($"{faults.Length - Shown} more like these in {data.Name}");
    }
}
