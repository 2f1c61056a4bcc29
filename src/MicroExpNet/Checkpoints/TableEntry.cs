namespace MicroExpNet.Checkpoints;

/// <summary>An entry of a <see cref="SortedTable"/>.</summary>
internal readonly struct TableEntry(string key, int valueStart, int valueEnd)
{
    /// <summary>Its key.</summary>
    public readonly string Key = key;

    /// <summary>Where its value starts in the file.</summary>
    public readonly int ValueStart = valueStart;

    /// <summary>Where its value ends in the file.</summary>
    public readonly int ValueEnd = valueEnd;
}
