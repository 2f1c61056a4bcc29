using System.Diagnostics;

namespace MicroExpNet.Benchmarks;

/// <summary>Threads that call a runtime at the same time: the calling thread and as many more as are asked for.</summary>
internal sealed class CallerTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Action<int>? _run;
    private int _repeats;

    public CallerTeam(int callers)
    {
        _barrier = new Barrier(callers);
        _threads = [.. Enumerable.Range(1, callers - 1).Select(caller => new Thread(() => Work(caller)) { IsBackground = true })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>Seconds until every caller has called so many times, over the times.</summary>
    public double Time(Action<int> run, int repeats)
    {
        _run = run;
        _repeats = repeats;
        _barrier.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) run(0);
        _barrier.SignalAndWait();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    public void Dispose()
    {
        _run = null;
        _barrier.SignalAndWait();
        foreach (Thread thread in _threads) thread.Join();
        _barrier.Dispose();
    }

    private void Work(int caller)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_run is null) return;
            for (int i = 0; i < _repeats; i++) _run(caller);
            _barrier.SignalAndWait();
        }
    }
}
