namespace MicroExpNet.Inference.Memory;

/// <summary>
/// Scratch memories of one plan, or of several that share them, each used by one call at a time. Renting takes no lock and, once warm, no
/// memory.
/// </summary>
internal sealed class ScratchPool
{
    private readonly AlignedMemory<float>?[] _free = new AlignedMemory<float>?[Math.Max(8, 2 * Environment.ProcessorCount)];

    /// <summary>A scratch memory; one that is too short gives way to a new one.</summary>
    /// <param name="plan">The plan that uses it.</param>
    public AlignedMemory<float> Rent(InferencePlan plan)
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null || Interlocked.Exchange(ref _free[i], null) is not { } scratch) continue;
#if GUARD_PAGES
            // The pages around it guard this plan alone.
            if (scratch.Length == plan.ScratchLength) return scratch;
#else
            if (scratch.Length >= plan.ScratchLength) return scratch;
#endif
            break;
        }

        return plan.NewScratch();
    }

    /// <summary>Takes it back.</summary>
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
