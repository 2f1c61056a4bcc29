using System.Runtime.CompilerServices;

namespace MicroExpNet;

/// <summary>The probabilities of the eight expressions of one face. They are 0 to 1 and sum to 1.</summary>
public readonly struct ExpressionScores : IEquatable<ExpressionScores>
{
    /// <summary>The number of expressions: 8.</summary>
    public const int Count = 8;

    private readonly Values _values;

    /// <summary>Takes the probabilities in the order of <see cref="Expression"/>.</summary>
    /// <param name="probabilities">Eight values.</param>
    /// <exception cref="ArgumentException"><paramref name="probabilities"/> does not hold eight values.</exception>
    public ExpressionScores(ReadOnlySpan<float> probabilities)
    {
        if (probabilities.Length != Count)
        {
            throw new ArgumentException($"expected {Count} probabilities, got {probabilities.Length}", nameof(probabilities));
        }

        probabilities.CopyTo(_values);
    }

    /// <summary>The probability of one expression, 0 to 1.</summary>
    /// <param name="expression">One of the eight.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expression"/> is none of the eight.</exception>
    public float this[Expression expression]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)expression, (uint)Count, nameof(expression));
            return _values[(int)expression];
        }
    }

    /// <summary>The most probable expression; of equals, the first in the order of <see cref="Expression"/>.</summary>
    public Expression Top
    {
        get
        {
            int top = 0;
            for (int i = 1; i < Count; i++)
            {
                if (_values[i] > _values[top]) top = i;
            }

            return (Expression)top;
        }
    }

    /// <summary>The probability of <see cref="Top"/>, 0 to 1.</summary>
    public float TopProbability => _values[(int)Top];

    /// <summary>Writes the eight probabilities in the order of <see cref="Expression"/>.</summary>
    /// <param name="destination">At least eight values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than eight.</exception>
    public void CopyTo(Span<float> destination) => ((ReadOnlySpan<float>)_values).CopyTo(destination);

    /// <inheritdoc/>
    public bool Equals(ExpressionScores other) => ((ReadOnlySpan<float>)_values).SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ExpressionScores other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Top, TopProbability);

    /// <summary>Whether all eight probabilities are equal.</summary>
    public static bool operator ==(ExpressionScores left, ExpressionScores right) => left.Equals(right);

    /// <summary>Whether any of the eight probabilities differs.</summary>
    public static bool operator !=(ExpressionScores left, ExpressionScores right) => !left.Equals(right);

    /// <summary>The top expression and its probability, e.g. <c>Happy 93.2%</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Top} {TopProbability * 100:0.0}%");

    [InlineArray(Count)]
    private struct Values
    {
        private float _first;
    }
}
