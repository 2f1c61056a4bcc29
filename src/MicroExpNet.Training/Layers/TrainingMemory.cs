namespace MicroExpNet.Training.Layers;

/// <summary>
/// The memory that training a network takes. Every block is counted before it is allocated; sizes are computed in 128 bits, where products
/// of a network's dimensions cannot overflow.
/// </summary>
/// <param name="network">The network's name, for the message.</param>
internal sealed class TrainingMemory(string network)
{
    /// <summary>4 GiB: far above what a tiny network needs. A single block of it has fewer elements than an array may have.</summary>
    public const long MaxBytes = 1L << 32;

    private long _bytes;

    /// <summary>Counts a block.</summary>
    /// <param name="bytes">Its size, 0 or more.</param>
    /// <param name="purpose">What it is for, e.g. <c>the values of layer 'conv1'</c>.</param>
    /// <exception cref="ArgumentException">All blocks together exceed <see cref="MaxBytes"/>.</exception>
    public void Take(Int128 bytes, string purpose)
    {
        if (bytes > MaxBytes - _bytes)
        {
            throw new ArgumentException(
                $"network '{network}' can't be trained: it needs more than {MaxBytes >> 20} MiB of memory, at {purpose}");
        }

        _bytes += (long)bytes;
    }
}
