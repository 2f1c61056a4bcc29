using System.Diagnostics;

namespace MicroExpNet.Cli.Bench;

/// <summary>The times of one thread's turns at something.</summary>
/// <param name="thingsATurn">How many things a turn does.</param>
internal sealed class TurnTimes(int thingsATurn)
{
    // So that a list that grows does not count as what a turn allocates, nor takes its time.
    private const int UsualTurns = 1 << 16;

    private readonly List<long> _ticks = new(UsualTurns);
    private long _sum;
    private long _allocated;

    private int ThingsATurn { get; } = thingsATurn;

    /// <summary>Takes and times one turn.</summary>
    /// <param name="turn">The turn.</param>
    public void Time(Action turn)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        turn();
        Add(Stopwatch.GetTimestamp() - start, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    /// <summary>Adds a turn that was timed elsewhere.</summary>
    /// <param name="ticks">Its time, in the stopwatch's ticks.</param>
    /// <param name="allocated">What it allocated, in bytes.</param>
    public void Add(long ticks, long allocated)
    {
        _ticks.Add(ticks);
        _sum += ticks;
        _allocated += allocated;
    }

    /// <summary>The median of the last turns, in milliseconds.</summary>
    /// <param name="turns">How many.</param>
    public double MedianOfLast(int turns)
    {
        List<long> last = _ticks.GetRange(_ticks.Count - turns, turns);
        last.Sort();
        return Milliseconds(last[turns / 2]);
    }

    /// <summary>The times of several threads as one.</summary>
    /// <param name="threads">Each thread's times.</param>
    public static Timing Join(IReadOnlyList<TurnTimes> threads)
    {
        List<long> all = [.. threads.SelectMany(thread => thread._ticks).Order()];
        if (all.Count == 0) return default;
        double things = threads.Sum(thread => (double)thread._ticks.Count * thread.ThingsATurn);
        return new Timing(
            threads.Sum(
                thread => thread._sum == 0 ? 0 : (double)thread._ticks.Count * thread.ThingsATurn * Stopwatch.Frequency / thread._sum),
            Milliseconds(Percentile(all, 50)), Milliseconds(Percentile(all, 99)), threads.Sum(thread => thread._allocated) / things);
    }

    /// <summary>The number of which a share of all are smaller.</summary>
    /// <param name="sorted">The numbers, the smallest first; one or more.</param>
    /// <param name="percent">The share, 0 to 99.</param>
    public static long Percentile(IReadOnlyList<long> sorted, int percent) => sorted[(int)((long)sorted.Count * percent / 100)];

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
