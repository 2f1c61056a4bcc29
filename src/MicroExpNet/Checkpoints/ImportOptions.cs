namespace MicroExpNet.Checkpoints;

/// <summary>What a checkpoint's shapes cannot tell, and what the model's card shall say.</summary>
public sealed class ImportOptions
{
    /// <summary><c>microexpnet</c>, <c>v</c>, <c>p1</c>, <c>p2</c> or <c>p12</c>; absent: told from the shapes.</summary>
    public string? Architecture { get; init; }

    /// <summary>Rows of the network's input; absent: 84 where the shapes allow it.</summary>
    public int? InputHeight { get; init; }

    /// <summary>Columns of the network's input; absent: 84 where the shapes allow it.</summary>
    public int? InputWidth { get; init; }

    /// <summary>The classes' names; absent: the eight expressions where the network has eight classes.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
