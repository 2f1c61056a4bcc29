using System.Runtime.ExceptionServices;

namespace MicroExpNet.Training.Engine;

/// <summary>Threads that share out numbered pieces of work, again and again, without allocating.</summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Action<int, int>? _work;
    private int _count;
    private int _next;
    private Exception? _failure;

    /// <summary>Starts all threads but the caller's own, which works with them.</summary>
    /// <param name="threads">Threads, 1 or more.</param>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _barrier = new Barrier(threads);
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"training {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads, with the caller's.</summary>
    public int Threads { get; }

    /// <summary>Does all pieces and returns when the last is done.</summary>
    /// <param name="count">Pieces.</param>
    /// <param name="work">Does one: the number of the thread, then the piece's.</param>
    public void Run(int count, Action<int, int> work)
    {
        _count = count;
        _work = work;
        _next = 0;
        _barrier.SignalAndWait();
        Work(0);
        _barrier.SignalAndWait();
        if (_failure is not { } failure) return;
        _failure = null;
        ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        _work = null;
        _barrier.SignalAndWait();
        foreach (Thread thread in _threads) thread.Join();
        _barrier.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_work is null) return;
            Work(worker);
            _barrier.SignalAndWait();
        }
    }

    private void Work(int worker)
    {
        try
        {
            for (int piece = Interlocked.Increment(ref _next) - 1; piece < _count; piece = Interlocked.Increment(ref _next) - 1) _work!(worker, piece);
        }
        catch (Exception e)
        {
            // The first failure is thrown where the work was asked for; nobody starts another piece.
            Interlocked.CompareExchange(ref _failure, e, null);
            Interlocked.Exchange(ref _next, int.MaxValue / 2);
        }
    }
}
