namespace MicroExpNet.Cli.Bench;

/// <summary>
/// Takes the caches away from what is measured next: reads and writes 3 MB of other memory, as an application does that decodes a frame and
/// searches it for faces between two calls.
/// </summary>
internal sealed class ColdCaches
{
    private const int Bytes = 3_000_000;

    private readonly byte[] _memory = new byte[Bytes];

    /// <summary>Reads and writes every byte.</summary>
    public void Sweep()
    {
        Span<byte> memory = _memory;
        for (int i = 0; i < memory.Length; i++) memory[i]++;
    }
}
