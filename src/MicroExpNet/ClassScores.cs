using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace MicroExpNet;

/// <summary>
/// The probabilities of a model's classes for one face, by the classes' names. They are 0 to 1 and sum to 1, and are written as JSON by
/// name: <c>{"bored":0.93,"awake":0.07}</c>.
/// </summary>
[JsonConverter(typeof(ClassScoresJsonConverter))]
public sealed class ClassScores
{
    private readonly float[] _probabilities;

    /// <summary>Takes the probabilities.</summary>
    /// <param name="labels">The classes' names.</param>
    /// <param name="probabilities">The probability of each class; copied.</param>
    /// <exception cref="ArgumentException">There is no class, or not one probability for each.</exception>
    public ClassScores(ImmutableArray<string> labels, ReadOnlySpan<float> probabilities)
    {
        if (labels.IsDefaultOrEmpty) throw new ArgumentException("there is no class", nameof(labels));
        if (labels.Length != probabilities.Length)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities for {labels.Length} classes; there must be one for each", nameof(probabilities));
        }

        Labels = labels;
        _probabilities = probabilities.ToArray();
    }

    /// <summary>The classes' names, in the order of the model's outputs.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>The probability of each class, 0 to 1, in the order of <see cref="Labels"/>.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>The position of the most probable class; of equals, the first.</summary>
    public int TopIndex
    {
        get
        {
            int top = 0;
            for (int i = 1; i < _probabilities.Length; i++)
            {
                if (_probabilities[i] > _probabilities[top]) top = i;
            }

            return top;
        }
    }

    /// <summary>The most probable class; of equals, the first.</summary>
    public string Top => Labels[TopIndex];

    /// <summary>The probability of <see cref="Top"/>, 0 to 1.</summary>
    public float TopProbability => _probabilities[TopIndex];

    /// <summary>The probability of a class, 0 to 1.</summary>
    /// <param name="label">Its name.</param>
    /// <exception cref="ArgumentException">There is no class of that name.</exception>
    public float this[string label] => Labels.IndexOf(label, StringComparer.Ordinal) is >= 0 and int index
        ? _probabilities[index]
        : throw new ArgumentException($"there is no class '{label}'; there are {string.Join(", ", Labels)}", nameof(label));

    /// <summary>The top class and its probability, e.g. <c>bored 93.2%</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Top} {TopProbability * 100:0.0}%");
}
