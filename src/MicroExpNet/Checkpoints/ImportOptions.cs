namespace MicroExpNet.Checkpoints;

/// <summary>What the shapes of a checkpoint's variables leave open.</summary>
public sealed class ImportOptions
{
    /// <summary><c>microexpnet</c>, <c>v</c>, <c>p1</c>, <c>p2</c> or <c>p12</c>; null: inferred from the shapes.</summary>
    public string? Architecture { get; init; }

    /// <summary>Rows of the network's input, 1 to 4096; null: 84 if the shapes allow it.</summary>
    public int? InputHeight { get; init; }

    /// <summary>Columns of the network's input, 1 to 4096; null: 84 if the shapes allow it.</summary>
    public int? InputWidth { get; init; }

    /// <summary>The classes' names; null: the eight expressions, if the network has eight classes.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
