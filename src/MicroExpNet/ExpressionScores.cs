using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace MicroExpNet;

/// <summary>
/// The probabilities of the eight expressions of one face, each 0 to 1; together they are 1. It enumerates as pairs in the order of
/// <see cref="Expression"/>, and is written as JSON by name: <c>{"neutral":0.01,"anger":0,…}</c>.
/// </summary>
[JsonConverter(typeof(ExpressionScoresJsonConverter))]
public readonly struct ExpressionScores : IEquatable<ExpressionScores>, IReadOnlyCollection<KeyValuePair<Expression, float>>, IFormattable
{
    /// <summary>The number of expressions: 8.</summary>
    public const int Count = 8;

    private readonly Values _values;

    /// <summary>Creates scores from probabilities in the order of <see cref="Expression"/>.</summary>
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

    /// <summary>The names of the expressions in the order of <see cref="Expression"/>, as files and labels have them: <c>neutral</c>,
    /// <c>anger</c>, <c>contempt</c>, <c>disgust</c>, <c>fear</c>, <c>happy</c>, <c>sadness</c>, <c>surprise</c>.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"];

    /// <summary>The most probable expression; of equally probable ones, the first in the order of <see cref="Expression"/>.</summary>
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

    /// <inheritdoc/>
    int IReadOnlyCollection<KeyValuePair<Expression, float>>.Count => Count;

    /// <summary>The probability of an expression, 0 to 1.</summary>
    /// <param name="expression">One of the eight.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expression"/> is not one of the eight.</exception>
    public float this[Expression expression]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)expression, (uint)Count, nameof(expression));
            return _values[(int)expression];
        }
    }

    /// <summary>Whether all eight probabilities are equal.</summary>
    /// <param name="left">One face's scores.</param>
    /// <param name="right">Another face's scores.</param>
    public static bool operator ==(ExpressionScores left, ExpressionScores right) => left.Equals(right);

    /// <summary>Whether any of the eight probabilities differs.</summary>
    /// <param name="left">One face's scores.</param>
    /// <param name="right">Another face's scores.</param>
    public static bool operator !=(ExpressionScores left, ExpressionScores right) => !left.Equals(right);

    /// <summary>An expression's name, as in <see cref="Names"/>.</summary>
    /// <param name="expression">One of the eight.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expression"/> is not one of the eight.</exception>
    public static string NameOf(Expression expression)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)expression, (uint)Count, nameof(expression));
        return Names[(int)expression];
    }

    /// <summary>Writes the eight probabilities in the order of <see cref="Expression"/>.</summary>
    /// <param name="destination">At least eight values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than eight.</exception>
    public void CopyTo(Span<float> destination) => ((ReadOnlySpan<float>)_values).CopyTo(destination);

    /// <summary>Enumerates the expressions with their probabilities in the order of <see cref="Expression"/>.</summary>
    public IEnumerator<KeyValuePair<Expression, float>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return new KeyValuePair<Expression, float>((Expression)i, _values[i]);
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ExpressionScores other) => ((ReadOnlySpan<float>)_values).SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ExpressionScores other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Top, TopProbability);

    /// <summary>The most probable expression and its probability, e.g. <c>Happy 93.2%</c>.</summary>
    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);

    /// <summary>The most probable expression and its probability.</summary>
    /// <param name="format">A number format of the probability, such as <c>P0</c>; if absent, a percentage as in <c>93.2%</c>.</param>
    /// <param name="formatProvider">The culture of the number; the current one if absent.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) => string.IsNullOrEmpty(format) || format == "G"
        ? string.Create(formatProvider, $"{Top} {TopProbability * 100:0.0}%")
        : $"{Top} {TopProbability.ToString(format, formatProvider)}";

    [InlineArray(Count)]
    private struct Values
    {
        private float _first;
    }
}
