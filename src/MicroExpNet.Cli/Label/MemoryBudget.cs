namespace MicroExpNet.Cli.Label;

/// <summary>Bounds the memory that threads use together: each waits until there is room for what it needs.</summary>
internal sealed class MemoryBudget
{
    private readonly long _all;
    private readonly Lock _counting = new();
    private readonly Queue<(long Bytes, SemaphoreSlim Turn)> _waiting = [];
    private long _free;

    /// <summary>Sets the bound.</summary>
    /// <param name="bytes">The bound.</param>
    public MemoryBudget(long bytes) => _all = _free = bytes;

    /// <summary>Waits for room, first come, first served.</summary>
    /// <param name="needed">Bytes; more than there are in all counts as all.</param>
    /// <returns>Gives the room back when it is disposed of.</returns>
    public Share Take(long needed)
    {
        needed = Math.Clamp(needed, 0, _all);
        using SemaphoreSlim turn = new(0);
        lock (_counting)
        {
            if (_waiting.Count == 0 && _free >= needed)
            {
                _free -= needed;
                return new Share(this, needed);
            }

            _waiting.Enqueue((needed, turn));
        }

        turn.Wait();
        return new Share(this, needed);
    }

    private void Return(long returned)
    {
        lock (_counting)
        {
            _free += returned;
            while (_waiting.TryPeek(out (long Bytes, SemaphoreSlim Turn) next) && next.Bytes <= _free)
            {
                _waiting.Dequeue();
                _free -= next.Bytes;
                next.Turn.Release();
            }
        }
    }

    /// <summary>Room that was taken.</summary>
    /// <param name="budget">Where it came from.</param>
    /// <param name="bytes">How much.</param>
    public sealed class Share(MemoryBudget budget, long bytes) : IDisposable
    {
        private int _isReturned;

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0) budget.Return(bytes);
        }
    }
}
