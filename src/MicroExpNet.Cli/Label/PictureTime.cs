using System.Diagnostics;

namespace MicroExpNet.Cli.Label;

/// <summary>The time that a picture may take. It stands still while the picture waits for memory that others have.</summary>
internal sealed class PictureTime : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Stopwatch _taken = Stopwatch.StartNew();
    private readonly Lock _changing = new();
    private TimeSpan _most;
    private bool _isDisposed;

    /// <summary>Starts it.</summary>
    /// <param name="most">How long.</param>
    public PictureTime(TimeSpan most)
    {
        _most = most;
        SetEnd();
    }

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Leaves no more than some time from now.</summary>
    /// <param name="rest">How much.</param>
    public void Shorten(TimeSpan rest)
    {
        lock (_changing)
        {
            if (_taken.Elapsed + rest < _most) _most = _taken.Elapsed + rest;
            SetEnd();
        }
    }

    /// <summary>Takes memory.</summary>
    /// <param name="budget">From where.</param>
    /// <param name="bytes">How much.</param>
    public MemoryBudget.Share Take(MemoryBudget budget, long bytes)
    {
        Run(isRunning: false);
        try
        {
            return budget.Take(bytes);
        }
        finally
        {
            Run(isRunning: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A picture that is waited for no longer may still take memory.
        lock (_changing)
        {
            _isDisposed = true;
            _end.Dispose();
        }
    }

    private void Run(bool isRunning)
    {
        lock (_changing)
        {
            if (isRunning) _taken.Start();
            else _taken.Stop();
            SetEnd();
        }
    }

    private void SetEnd()
    {
        if (_isDisposed) return;
        TimeSpan left = _most - _taken.Elapsed;
        _end.CancelAfter(!_taken.IsRunning ? Timeout.InfiniteTimeSpan : left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }
}
