namespace MicroExpNet.Inference.Memory;

/// <summary>Scratch memories of one plan, each used by one call at a time. Renting takes no lock and, once warm, no memory.</summary>
/// <param name="plan">The plan.</param>
internal sealed class ScratchPool(InferencePlan plan)
{
    private readonly AlignedMemory<float>?[] _free = new AlignedMemory<float>?[Math.Max(8, 2 * Environment.ProcessorCount)];

    public AlignedMemory<float> Rent()
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } scratch) return scratch;
        }

        return plan.NewScratch();
    }

    public void Return(AlignedMemory<float> scratch)
    {
#if GUARD_PAGES
        scratch.CheckGuards();
#endif
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], scratch, null) is null) return;
        }
    }
}
