using System.Diagnostics;
using System.Globalization;

namespace MicroExpNet.Fuzz;

/// <summary>
/// Tries inputs until the time is over. Each follows from the seed and its number alone, so it can be tried again. The number of the input
/// at work stands in a file: after the process died, it says which one it was.
/// </summary>
/// <param name="targets">What is tried, in turn.</param>
/// <param name="seed">Decides all inputs.</param>
/// <param name="folder">Where findings are written.</param>
internal sealed class FuzzRun(IReadOnlyList<FuzzTarget> targets, int seed, string folder)
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);
    private const long MaxMemory = 4L << 30;

    private readonly int[] _tries = new int[targets.Count];
    private readonly int[] _accepted = new int[targets.Count];
    private readonly int[] _findings = new int[targets.Count];

    /// <summary>Runs.</summary>
    /// <param name="time">How long.</param>
    /// <param name="first">The number of the first input.</param>
    /// <param name="count">The most inputs that are tried.</param>
    /// <returns>The number of findings.</returns>
    public int Run(TimeSpan time, long first, long count)
    {
        Directory.CreateDirectory(folder);
        Stopwatch clock = Stopwatch.StartNew();
        for (long number = first; number - first < count && clock.Elapsed < time; number++) Try((int)(number % targets.Count), number);
        File.Delete(Path.Combine(folder, $"current-{seed}.txt"));
        for (int i = 0; i < targets.Count; i++)
        {
            string counts = string.Create(
                CultureInfo.InvariantCulture, $"{_tries[i],9} tries {_accepted[i],9} accepted {_findings[i],4} findings");
            Console.WriteLine($"{targets[i].Name,-12} {counts}");
        }

        long last = first + _tries.Sum() - 1;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"seed {seed}, inputs {first} to {last}, {clock.Elapsed.TotalSeconds:0} s"));
        return _findings.Sum();
    }

    private void Try(int index, long number)
    {
        FuzzTarget target = targets[index];
        string place = string.Create(CultureInfo.InvariantCulture, $"--target {target.Name} --seed {seed} --from {number} --count 1");
        File.WriteAllText(Path.Combine(folder, $"current-{seed}.txt"), place);
        byte[] input = [];
        string? fault = null;
        TimeSpan start = CpuTime;
        using Timer watchdog = new(_ => Watch(start, place), null, MaxTime, MaxTime);
        _tries[index]++;
        try
        {
            if (target.Try(new Random(HashCode(number)), out input)) _accepted[index]++;
        }
        catch (Exception e)
        {
            fault = $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}\n{e.StackTrace}";
        }

        if (CpuTime - start > MaxTime) fault ??= $"it took {(CpuTime - start).TotalSeconds:0} s";
        if (UsesTooMuchMemory()) fault ??= $"it took {Environment.WorkingSet >> 20} MB";
        if (fault is null) return;
        _findings[index]++;
        string file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{target.Name}-{seed}-{number}.bin"));
        File.WriteAllBytes(file, input);
        Console.WriteLine($"{place}\n{file}\n{fault}");
    }

    // Of the processor: on a busy machine all takes long.
    private static TimeSpan CpuTime => Environment.CpuUsage.TotalTime;

    // What earlier inputs left to the collector does not count.
    private static bool UsesTooMuchMemory()
    {
        if (Environment.WorkingSet <= MaxMemory) return false;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        return Environment.WorkingSet > MaxMemory;
    }

    private static void Watch(TimeSpan start, string place)
    {
        if (CpuTime - start > MaxTime * 3) Environment.FailFast($"no end after {(CpuTime - start).TotalSeconds:0} s: {place}");
    }

    // The same for one number whatever the targets, so that --target names one of many.
    private int HashCode(long number)
    {
        ulong mixed = ((ulong)number * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)seed * 0xC2B2AE3D27D4EB4F);
        return (int)((mixed ^ (mixed >> 32)) & int.MaxValue);
    }
}
