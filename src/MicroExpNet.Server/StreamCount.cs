namespace MicroExpNet.Server;

/// <summary>Counts the open streams.</summary>
/// <param name="limit">The most at once.</param>
internal sealed class StreamCount(int limit)
{
    private int _value;

    /// <summary>Open streams.</summary>
    public int Value => Volatile.Read(ref _value);

    /// <summary>Counts one more, if it is allowed.</summary>
    public bool TryAdd()
    {
        if (Interlocked.Increment(ref _value) <= limit) return true;
        Remove();
        return false;
    }

    /// <summary>Counts one less.</summary>
    public void Remove() => Interlocked.Decrement(ref _value);
}
