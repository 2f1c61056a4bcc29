using System.Collections.Immutable;

namespace MicroExpNet.Checkpoints;

/// <summary>A variable of a checkpoint.</summary>
public sealed class CheckpointVariable(string name, ImmutableArray<long> shape)
{
    /// <summary>Its name, e.g. <c>wc1</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Its dimensions.</summary>
    public ImmutableArray<long> Shape { get; } = shape;
}
