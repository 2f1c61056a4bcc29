using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Training.DataSets;

/// <summary>The classes of a data set, and which of them each label means. What a label means is never guessed.</summary>
internal sealed class ClassTable
{
    private const int MaxShown = 80;

    private readonly Dictionary<string, int> _positions;

    // Position of each expression's class; −1 for those that are none of the classes, or ignored.
    private readonly int[] _expressions;

    private ClassTable(ImmutableArray<string> classes, Dictionary<string, int> positions, int[] expressions)
    {
        Classes = classes;
        _positions = positions;
        _expressions = expressions;
    }

    /// <summary>The classes' names.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>Position of a label's class in <see cref="Classes"/>.</summary>
    /// <param name="label">A label of the data set that is not ignored.</param>
    public int Find(string label) => _positions[label];

    /// <summary>Whether a name is that of one of the classes.</summary>
    public bool Knows(string name) => ClassNames.Find(Classes, name) >= 0;

    /// <summary>A soft label of the eight expressions as one of the classes: expressions that mean the same class are added, and those
    /// that mean none, or are ignored, leave their share to the others.</summary>
    /// <param name="shares">The shares, <c>[8]</c>; empty for none.</param>
    /// <returns>The shares, <c>[classes]</c>; empty if none is left.</returns>
    public ImmutableArray<float> Move(ImmutableArray<float> shares)
    {
        if (shares.IsEmpty) return [];
        float[] moved = new float[Classes.Length];
        float left = 0;
        bool isWhole = true;
        for (int i = 0; i < shares.Length; i++)
        {
            if (_expressions[i] < 0)
            {
                isWhole &= shares[i] == 0;
                continue;
            }

            moved[_expressions[i]] += shares[i];
            left += shares[i];
        }

        return isWhole ? [.. moved] : left > 0 ? [.. moved.Select(share => share / left)] : [];
    }

    /// <summary>Says what the labels mean.</summary>
    /// <param name="name">What messages call the data set.</param>
    /// <param name="labels">Every face's label as it is written, without those that are ignored.</param>
    /// <param name="numbered">What numbers mean by the data set's own format; empty if it does not say.</param>
    /// <param name="options">What the caller says about the labels.</param>
    /// <exception cref="DataSetFormatException">The labels do not speak for themselves, or a label is none of the named
    /// classes.</exception>
    public static ClassTable Create(string name, IEnumerable<string> labels, ImmutableArray<string> numbered, DataSetOptions options)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string label in labels) counts[label] = counts.GetValueOrDefault(label) + 1;
        string[] found = [.. counts.Keys.OrderBy(label => Number(label) ?? int.MaxValue).ThenBy(label => label, StringComparer.Ordinal)];
        if (options.KeepsLabels) return Own(found);
        ClassTable table = Create(name, found, counts, numbered, options);
        HashSet<string> ignored = new(options.IgnoredLabels, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < table._expressions.Length; i++)
        {
            if (ignored.Contains(OriginalArchitectures.DefaultLabels[i])) table._expressions[i] = -1;
        }

        return table;
    }

    private static ClassTable Create(
        string name, string[] found, Dictionary<string, int> counts, ImmutableArray<string> numbered, DataSetOptions options)
    {
        if (!options.Classes.IsEmpty) return Named(name, found, counts, options.Classes, numbered.IsEmpty ? null : 0);
        if (!options.ExpectedClasses.IsEmpty && found.All(label => ClassNames.Find(options.ExpectedClasses, label) >= 0))
        {
            return ByPosition(options.ExpectedClasses, found, label => ClassNames.Find(options.ExpectedClasses, label));
        }

        string[] numbers = [.. found.Where(label => Number(label) is not null)];
        if (numbers.Length > 0 && !numbered.IsEmpty) return Named(name, found, counts, numbered, first: 0);
        if (numbers.Length > 0)
        {
            throw new DataSetFormatException(
                $"{name}: labels are numbers ({Counted(numbers, counts)}) whose meaning is not known; name their classes in order: " +
                    "--classes neutral,happy,…");
        }

        string[] strangers = [.. found.Where(label => !ExpressionLabels.TryParse(label, out _))];
        if (strangers.Length == 0) return Expressions(found, label => label);
        if (strangers.Length == found.Length) return Own(found);
        throw new DataSetFormatException(
            $"{name}: {Counted(strangers, counts)} {(strangers.Length == 1 ? "is no expression" : "are no expressions")}, but "
            + $"{Counted([.. found.Except(strangers)], counts)} {(found.Length - strangers.Length == 1 ? "is" : "are")}; take all as " +
                "classes of your own, "
            + $"--classes {List(found)}, or leave faces out, --ignore-label {List(strangers)}");
    }

    /// <summary>A label as messages show it: without control characters, cut at a length.</summary>
    public static string Shown(string label)
    {
        string clean = string.Concat(label.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
        return clean.Length <= MaxShown ? clean : $"{clean[..(MaxShown - 1)]}…";
    }

    // Names with numbers by their position, from a first number on, or LABEL=NAME.
    private static ClassTable Named(string name, string[] found, Dictionary<string, int> counts, ImmutableArray<string> classes, int? first)
    {
        Dictionary<string, string> pairs = new(StringComparer.OrdinalIgnoreCase);
        List<string> names = [];
        foreach (string one in classes)
        {
            int equals = one.LastIndexOf('=');
            string meaning = one[(equals + 1)..].Trim();
            if (meaning.Length == 0) throw new DataSetFormatException($"'{Shown(one)}' names no class; expected NAME or LABEL=NAME");
            if (equals > 0) pairs[one[..equals].Trim()] = meaning;
            else names.Add(meaning);
        }

        // Where some numbers are named one by one, positions mean nothing.
        bool positions = !pairs.Keys.Any(label => Number(label) is not null);
        int start = first ?? (positions ? FirstNumber(name, found, names.Count) : 0);
        string[] unknown = [.. found.Where(label => Meaning(label) is null)];
        if (unknown.Length > 0)
        {
            throw new DataSetFormatException(
                $"{name}: {Counted(unknown, counts)} {(unknown.Length == 1 ? "is none" : "are none")} of the classes " +
                    $"{List([.. classes])}; "
                + $"name all with --classes, or leave faces out, --ignore-label {List(unknown)}");
        }

        string[] all = [.. names.Concat(pairs.Values).Distinct(StringComparer.OrdinalIgnoreCase)];
        return Array.TrueForAll(all, one => ExpressionLabels.TryParse(one, out _))
            ? Expressions(found, label => Meaning(label) ?? label)
            : ByName();

        string? Meaning(string label)
        {
            if (pairs.TryGetValue(label, out string? meaning)) return meaning;
            if (Number(label) is { } value && pairs.TryGetValue($"{value}", out meaning)) return meaning;
            if (ClassNames.Find([.. names], label) is var known and >= 0) return names[known];
            return positions && Number(label) is { } number && number >= start && number - start < names.Count
                ? names[number - start]
                : null;
        }

        ClassTable ByName()
        {
            ImmutableArray<string> own = [.. all];
            return ByPosition(own, found, label => Meaning(label) is { } meaning ? ClassNames.Find(own, meaning) : -1);
        }
    }

    // 0 or 1, whichever the numbers start from; if both fit, nobody knows.
    private static int FirstNumber(string name, string[] found, int classes)
    {
        int[] numbers = [.. found.Select(Number).OfType<int>()];
        if (numbers.Length == 0 || numbers.Contains(0) || classes == 0) return 0;
        if (numbers.Contains(classes)) return 1;
        throw new DataSetFormatException(
            $"{name}: its numbers, {numbers.Min()} to {numbers.Max()}, may count the {classes} classes from 0 or from 1; name each: " +
                $"--classes {numbers.Min()}=NAME,…");
    }

    private static ClassTable Expressions(string[] found, Func<string, string> meaning) => ByPosition(
        OriginalArchitectures.DefaultLabels, found, label =>
            ExpressionLabels.TryParse(meaning(label), out Expression expression) ? (int)expression : -1);

    private static ClassTable Own(string[] found)
    {
        Dictionary<string, int> positions = new(StringComparer.Ordinal);
        for (int i = 0; i < found.Length; i++) positions[found[i]] = i;
        return ByPosition([.. found], found, label => positions.GetValueOrDefault(label, -1));
    }

    private static ClassTable ByPosition(ImmutableArray<string> classes, string[] found, Func<string, int> position) =>
        new(
            classes, found.ToDictionary(label => label, position, StringComparer.Ordinal),
            [.. OriginalArchitectures.DefaultLabels.Select(position)]);

    // Also numbers as spreadsheets and pandas write them: 3.0.
    private static int? Number(string label) =>
        double.TryParse(
            label, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
        && number == Math.Floor(number) && Math.Abs(number) < 1_000_000 ? (int)number : null;

    private static string Counted(string[] labels, Dictionary<string, int> counts) =>
        Cut(labels.Select(label => $"'{Shown(label)}' ({counts[label]:N0})"), ", ");

    private static string List(string[] labels) => Cut(labels.Select(Shown), ",");

    private static string Cut(IEnumerable<string> items, string separator)
    {
        string text = "";
        foreach (string item in items)
        {
            if (text.Length > 0 && text.Length + separator.Length + item.Length > MaxShown) return $"{text}{separator}…";
            text = text.Length == 0 ? item : text + separator + item;
        }

        return text;
    }
}
