namespace MicroExpNet.Inference.Memory;

/// <summary>
/// The memory of one network. Every block is taken from the budget before it is reserved; sizes are computed in floating point, which
/// is exact up to 2⁵³, far above the budget, and where products of layer dimensions cannot overflow.
/// </summary>
/// <param name="model">The model's name, for the message.</param>
internal sealed class MemoryBudget(string model)
{
    /// <summary>1 GiB: far above what a tiny network needs, far below what a hostile file could ask for.</summary>
    public const long MaxBytes = 1L << 30;

    private long _bytes;

    /// <summary>Takes a block from the budget.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="purpose">What it is for, e.g. <c>the filters of layer 'conv1'</c>.</param>
    /// <exception cref="ModelFormatException">All blocks together exceed <see cref="MaxBytes"/>.</exception>
    public void Take(double bytes, string purpose)
    {
        if (bytes > MaxBytes - _bytes)
        {
            throw new ModelFormatException($"model '{model}' needs more than {MaxBytes >> 20} MiB of memory, at {purpose}");
        }

        _bytes += (long)bytes;
    }
}
