using System.Runtime.ExceptionServices;

namespace MicroExpNet.Training.Engine;

/// <summary>A team of threads that share numbered pieces of work, without allocating.</summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Action<int, int>? _work;
    private int _count;
    private int _next;
    private Exception? _failure;

    /// <summary>Starts all threads but the caller's own, which works too.</summary>
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

    /// <summary>Number of threads, with the caller's.</summary>
    public int Threads { get; }

    /// <summary>Does all pieces and returns when the last is done. A piece's exception is thrown here.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="work">Does one piece. Receives the thread's number and the piece's.</param>
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
            for (int piece = Interlocked.Increment(ref _next) - 1; piece < _count; piece = Interlocked.Increment(ref _next) - 1)
            {
                _work!(worker, piece);
            }
        }
        catch (Exception e)
        {
            // The first failure is thrown to the caller of Run; no further piece is started.
            Interlocked.CompareExchange(ref _failure, e, null);
            Interlocked.Exchange(ref _next, int.MaxValue / 2);
        }
    }
}
