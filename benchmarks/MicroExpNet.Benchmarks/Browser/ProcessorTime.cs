using System.Globalization;

namespace MicroExpNet.Benchmarks.Browser;

/// <summary>The processor time of the browser's processes that render pages, thread by thread, read from <c>/proc</c>.</summary>
internal sealed class ProcessorTime
{
    // The kernel counts in ticks of a hundredth of a second, on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly Dictionary<int, (bool IsWorker, long Ticks)> _threads = [];

    private ProcessorTime()
    {
    }

    /// <summary>What the renderers among this process's descendants have taken so far.</summary>
    public static ProcessorTime OfRenderers()
    {
        Dictionary<int, int> parents = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id)) continue;
            if (ReadStat(folder) is { } stat) parents[id] = int.Parse(stat.Fields[1], CultureInfo.InvariantCulture);
        }

        ProcessorTime time = new();
        foreach (int process in parents.Keys.Where(id => IsDescendant(id, parents) && IsRenderer(id)))
        {
            foreach (string thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                if (ReadStat(thread) is not { } stat) continue;
                time._threads[int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture)] =
                    (stat.Name.StartsWith("DedicatedWorker", StringComparison.Ordinal), Ticks(stat.Fields[11]) + Ticks(stat.Fields[12]));
            }
        }

        return time;
    }

    /// <summary>Seconds that the threads of today have taken since an earlier time.</summary>
    /// <param name="before">The earlier time.</param>
    /// <returns>Those of workers, and those of all threads.</returns>
    public (double Worker, double Process) Since(ProcessorTime before)
    {
        double worker = 0, process = 0;
        foreach ((int id, (bool isWorker, long ticks)) in _threads)
        {
            double seconds = (ticks - before._threads.GetValueOrDefault(id).Ticks) / TicksPerSecond;
            process += seconds;
            if (isWorker) worker += seconds;
        }

        return (worker, process);
    }

    private static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static bool IsDescendant(int id, Dictionary<int, int> parents)
    {
        while (parents.TryGetValue(id, out int parent) && parent > 0)
        {
            if (parent == Environment.ProcessId) return true;
            id = parent;
        }

        return false;
    }

    private static bool IsRenderer(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains("--type=renderer", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;                       // it has ended
        }
    }

    // The name is in brackets and may hold anything; the fields behind it begin with the state and the parent.
    private static (string Name, string[] Fields)? ReadStat(string folder)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            int open = stat.IndexOf('(', StringComparison.Ordinal), close = stat.LastIndexOf(')');
            return (stat[(open + 1)..close], stat[(close + 2)..].Split(' '));
        }
        catch (IOException)
        {
            return null;                        // it has ended
        }
    }
}
