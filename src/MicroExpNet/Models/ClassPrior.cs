using System.Collections.Immutable;
using System.Globalization;

namespace MicroExpNet.Models;

/// <summary>
/// How common each class is assumed to be. A model's probabilities have the class frequencies of its training faces as their prior; another
/// prior reweights them by Bayes' rule: <c>p'(class | face) ∝ p(class | face) · prior(class) / frequency(class)</c>.
/// </summary>
public sealed class ClassPrior
{
    // A share below this counts as impossible.
    private const float MinFrequency = 1e-6f;

    private const int MaxFileLength = 1 << 16;

    private readonly ImmutableDictionary<string, float>? _shares;

    private ClassPrior(string name, ImmutableDictionary<string, float>? shares)
    {
        Name = name;
        _shares = shares;
    }

    /// <summary>Classes are as common as in the training faces: the probabilities that the model's file gives.</summary>
    public static ClassPrior Natural { get; } = new("natural", null);

    /// <summary>All classes equally common.</summary>
    public static ClassPrior Uniform { get; } = new("uniform", ImmutableDictionary<string, float>.Empty);

    /// <summary>Classes as common as the square roots of their shares of the training faces: between natural and uniform.</summary>
    public static ClassPrior SquareRoot { get; } = new("root", ImmutableDictionary<string, float>.Empty);

    /// <summary>Its name in tables.</summary>
    public string Name { get; }

    /// <summary>A prior with given shares.</summary>
    /// <param name="shares">How common each class is, 0 or more, in any unit; a class that is left out is impossible.</param>
    /// <param name="name">Its name in tables.</param>
    /// <exception cref="ArgumentException">A share is negative or no number, or all are 0.</exception>
    public static ClassPrior Of(IEnumerable<KeyValuePair<string, float>> shares, string name = "own")
    {
        ArgumentNullException.ThrowIfNull(shares);
        ImmutableDictionary<string, float> all = shares.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);
        if (all.Values.Any(share => !(share >= 0) || !float.IsFinite(share)))
        {
            throw new ArgumentException("each share is a number, 0 or more", nameof(shares));
        }

        if (all.Values.Sum() <= 0) throw new ArgumentException("at least one class has a share above 0", nameof(shares));
        return new ClassPrior(name, all);
    }

    /// <summary>Reads a prior from a text file of lines <c>class share</c> (or <c>class,share</c>).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">
    /// A line cannot be read, no share is above 0, or the file is larger than 64 KiB; the message names file and line.
    /// </exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static ClassPrior Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Dictionary<string, float> shares = new(StringComparer.OrdinalIgnoreCase);
        int number = 0;
        foreach (string line in ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#')) continue;
            // A class's name may hold blanks.
            const string separators = " ,\t:=";
            ReadOnlySpan<char> text = line.AsSpan().Trim();
            int end = text.LastIndexOfAny(separators) + 1;
            string label = text[..end].TrimEnd(separators).ToString();
            if (label.Length == 0 || !float.TryParse(text[end..], NumberStyles.Float, CultureInfo.InvariantCulture, out float share) ||
                !(share >= 0) || !float.IsFinite(share) || !shares.TryAdd(label, share))
            {
                throw new FormatException($"{path}, line {number}: expected a class and its share, e.g. 'happy 0.3', each class once");
            }
        }

        return shares.Values.Sum() > 0
            ? Of(shares, Path.GetFileName(path))
            : throw new FormatException($"{path}: expected a line 'class share' for at least one class, with a share above 0");
    }

    private static string[] ReadLines(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] bytes = new byte[MaxFileLength + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxFileLength)
        {
            throw new FormatException($"{path}: larger than {MaxFileLength >> 10} KiB; expected a line 'class share' for each class");
        }

        using StreamReader reader = new(new MemoryStream(bytes, 0, length));
        return reader.ReadToEnd().Split('\n');
    }

    /// <summary>What is added to each class's logit.</summary>
    /// <param name="labels">The model's classes.</param>
    /// <param name="frequencies">How common each was in training, <c>[classes]</c>.</param>
    /// <exception cref="ModelFormatException">
    /// The prior names a class the model does not know, or the model does not say how common its classes were.
    /// </exception>
    internal double[] LogitShifts(ImmutableArray<string> labels, ImmutableArray<float> frequencies)
    {
        double[] shifts = new double[labels.Length];
        if (_shares is null) return shifts;
        if (frequencies.IsDefaultOrEmpty || frequencies.Length != labels.Length)
        {
            throw new ModelFormatException(
                $"the prior '{Name}' needs a model that says how common its classes were in training; this one does not");
        }

        Dictionary<Expression, float> byExpression = [];
        foreach ((string label, float share) in _shares)
        {
            bool isNew = ExpressionLabels.TryParse(label, out Expression expression)
                ? byExpression.TryAdd(expression, share)
                : labels.Contains(label, StringComparer.OrdinalIgnoreCase);
            if (!isNew)
            {
                throw new ModelFormatException(
                    $"the prior '{Name}' names '{label}'; the model's classes are {string.Join(", ", labels)}, each once");
            }
        }

        float sum = _shares.IsEmpty ? 1 : _shares.Values.Sum();
        for (int i = 0; i < shifts.Length; i++)
        {
            float share = this == SquareRoot ? MathF.Sqrt(frequencies[i])
                : _shares.IsEmpty ? 1f / labels.Length
                : _shares.TryGetValue(labels[i], out float named) ? named
                : ExpressionLabels.TryParse(labels[i], out Expression own) && byExpression.TryGetValue(own, out float meant) ? meant
                : 0;

            // Of a class it never saw, a model knows nothing that could be reweighted.
            shifts[i] = frequencies[i] <= 0
                ? Math.Log(MinFrequency)
                : Math.Log(Math.Max(share / sum, MinFrequency)) - Math.Log(Math.Max(frequencies[i], MinFrequency));
        }

        return shifts;
    }
}
