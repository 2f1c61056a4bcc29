using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MicroExpNet.Cli.Bench;

/// <summary>Threads that call something at the same time: the calling thread and as many more as are asked for.</summary>
internal sealed class CallerTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Action<int>? _run;
    private int _repeats;
    private Exception? _failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="callers">How many call at once, 1 or more.</param>
    public CallerTeam(int callers)
    {
        Callers = callers;
        _barrier = new Barrier(callers);
        _threads = [.. Enumerable.Range(1, callers - 1).Select(caller => new Thread(() => Work(caller)) { IsBackground = true })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>How many call at once.</summary>
    public int Callers { get; }

    /// <summary>Lets every caller call once.</summary>
    /// <param name="run">Is given the caller's number, from 0. The first failure of any caller is thrown when all have ended.</param>
    public void Run(Action<int> run) => Time(run, 1);

    /// <summary>Lets every caller call so many times.</summary>
    /// <param name="run">Is given the caller's number, from 0. The first failure of any caller is thrown when all have ended.</param>
    /// <param name="repeats">How often.</param>
    /// <returns>Seconds until all have ended, over the repeats.</returns>
    public double Time(Action<int> run, int repeats)
    {
        _run = run;
        _repeats = repeats;
        _barrier.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        Call(0, run);
        _barrier.SignalAndWait();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
        if (Interlocked.Exchange(ref _failure, null) is { } failure) ExceptionDispatchInfo.Throw(failure);
        return seconds;
    }

    /// <inheritdoc/>
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
            Call(caller, _run);
            _barrier.SignalAndWait();
        }
    }

    private void Call(int caller, Action<int> run)
    {
        try
        {
            for (int i = 0; i < _repeats; i++) run(caller);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }
}
