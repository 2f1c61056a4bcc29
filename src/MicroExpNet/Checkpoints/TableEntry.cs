namespace MicroExpNet.Checkpoints;

/// <summary>An entry of a <see cref="SortedTable"/>.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ValueStart">Where its value starts in the file.</param>
/// <param name="ValueEnd">Where its value ends in the file.</param>
internal readonly record struct TableEntry(string Key, int ValueStart, int ValueEnd);
