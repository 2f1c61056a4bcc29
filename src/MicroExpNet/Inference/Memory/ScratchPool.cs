namespace MicroExpNet.Inference.Memory;

/// <summary>Scratch memory that is lent to one call at a time and used again. Lending takes no lock and, once warm, allocates nothing.</summary>
internal sealed class ScratchPool
{
    private readonly int _length;
    private readonly AlignedFloats?[] _free = new AlignedFloats?[Math.Max(8, 2 * Environment.ProcessorCount)];

    public ScratchPool(int length)
    {
        _length = length;
    }

    public AlignedFloats Rent()
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } scratch) return scratch;
        }

        return new AlignedFloats(_length);
    }

    public void Return(AlignedFloats scratch)
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], scratch, null) is null) return;
        }
    }
}
