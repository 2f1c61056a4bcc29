namespace MicroExpNet.Video;

/// <summary>The recogniser's state after a frame, as bytes in memory.</summary>
internal sealed class AnalysisState
{
    /// <summary>Appends to the state.</summary>
    public BinaryWriter Writer { get; } = new(new MemoryStream());

    /// <summary>The state.</summary>
    public ReadOnlySpan<byte> Bytes => Memory.GetBuffer().AsSpan(0, (int)Memory.Length);

    private MemoryStream Memory => (MemoryStream)Writer.BaseStream;

    /// <summary>Starts anew.</summary>
    public void Clear() => Memory.SetLength(0);
}
