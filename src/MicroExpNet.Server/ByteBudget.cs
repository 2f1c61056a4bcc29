namespace MicroExpNet.Server;

/// <summary>Counts the bytes that clients have sent and that are still held, so that many large or slow bodies cannot fill the
/// memory.</summary>
/// <param name="limit">The most bytes at once.</param>
internal sealed class ByteBudget(long limit)
{
    private long _used;

    /// <summary>Bytes held.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Reserves bytes, if they are there.</summary>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit) return true;
        Release(bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
