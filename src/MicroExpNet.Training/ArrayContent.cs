using System.Collections.Immutable;

namespace MicroExpNet.Training;

/// <summary>An array that a record compares by content; <see cref="ImmutableArray{T}"/> itself compares by reference.</summary>
/// <param name="Values">The values.</param>
internal readonly record struct ArrayContent<T>(ImmutableArray<T> Values)
{
    /// <inheritdoc/>
    public bool Equals(ArrayContent<T> other) =>
        Values.IsDefault == other.Values.IsDefault && (Values.IsDefault || Values.AsSpan().SequenceEqual(other.Values.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        if (Values.IsDefault) return 0;
        foreach (T value in Values) hash.Add(value);
        return hash.ToHashCode();
    }
}
