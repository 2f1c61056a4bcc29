namespace MicroExpNet.Server;

/// <summary>
/// Lets as many pictures be worked on at once as there are workers. A client occupies a worker only while its complete picture is decoded
/// and recognised, never while it sends or receives.
/// </summary>
/// <param name="workers">Pictures at once.</param>
/// <param name="queueLength">Requests that may wait.</param>
internal sealed class WorkGate(int workers, int queueLength) : IDisposable
{
    private readonly SemaphoreSlim _free = new(workers);
    private int _waiting;

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Pictures and frames that are worked on.</summary>
    public int Busy => workers - _free.CurrentCount;

    /// <summary>Whether a further request would be refused now.</summary>
    public bool IsFull => Waiting >= queueLength && _free.CurrentCount == 0;

    /// <summary>Waits for a worker; <see cref="Leave"/> sets it free.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether there was room in the queue; if not, no worker was taken.</returns>
    public async ValueTask<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        if (_free.Wait(0, CancellationToken.None)) return true;
        try
        {
            if (Interlocked.Increment(ref _waiting) > queueLength) return false;
            await _free.WaitAsync(cancellationToken);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Waits for a worker outside the queue: for what was accepted already, and for streams, whose number is limited.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task EnterAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    /// <summary>Sets a worker free.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
