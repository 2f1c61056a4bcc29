namespace MicroExpNet;

/// <summary>Which networks a <see cref="Network"/> accepts.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// Operations that a network may do for one image: multiply-adds, and the values that pools and pointwise layers read. A network that
    /// does more is refused before it is compiled. The default of 10¹⁰ is a few hundred times what the shipped models do.
    /// </summary>
    public long MaxOperations { get; init; } = 10_000_000_000;
}
