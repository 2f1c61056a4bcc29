using System.Buffers;

namespace MicroExpNet.Server;

/// <summary>Bytes of a client, in a rented array that grows as they come: a declared length alone reserves nothing.</summary>
/// <param name="budget">Is charged for the array.</param>
/// <param name="maxLength">The most bytes.</param>
internal sealed class ByteBuffer(ByteBudget budget, long maxLength) : IDisposable
{
    private const int FirstLength = 64 * 1024;

    private readonly ByteBudget _budget = budget;
    private byte[] _bytes = [];

    /// <summary>Bytes received.</summary>
    public int Length { get; private set; }

    /// <summary>Whether more than the limit came.</summary>
    public bool IsTooLong => Length > maxLength;

    /// <summary>What was received.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Room for the next bytes. At the limit there is room for one more, which shows that it is passed.</summary>
    /// <returns>The room; empty if the budget is spent.</returns>
    public Memory<byte> GetRoom()
    {
        if (Length == _bytes.Length && !TryGrow()) return default;
        return _bytes.AsMemory(Length);
    }

    /// <summary>Counts bytes that were written to the room.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Forgets what was received and keeps the array.</summary>
    public void Clear() => Length = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] bytes = _bytes;
        (_bytes, Length) = ([], 0);
        if (bytes.Length == 0) return;
        _budget.Release(bytes.Length);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private bool TryGrow()
    {
        long wanted = Math.Min(Math.Max(FirstLength, 2L * _bytes.Length), Math.Min(maxLength + 1, Array.MaxLength));
        if (wanted <= _bytes.Length) return false;
        byte[] grown = ArrayPool<byte>.Shared.Rent((int)wanted);
        if (!_budget.TryReserve(grown.Length))
        {
            ArrayPool<byte>.Shared.Return(grown);
            return false;
        }

        _bytes.AsSpan(0, Length).CopyTo(grown);
        int length = Length;
        Dispose();
        (_bytes, Length) = (grown, length);
        return true;
    }
}
