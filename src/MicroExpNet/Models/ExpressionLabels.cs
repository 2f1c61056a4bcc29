using System.Collections.Immutable;

namespace MicroExpNet.Models;

/// <summary>The names that models and data sets call the eight expressions.</summary>
internal static class ExpressionLabels
{
    // The first name of each is the expression's own.
    private static readonly (Expression Expression, string[] Names)[] Synonyms =
    [
        (Expression.Neutral, ["neutral", "neutrality", "calm", "calmness"]),
        (Expression.Anger, ["anger", "angry", "mad", "furious", "enraged"]),
        (Expression.Contempt, ["contempt", "contemptuous", "scorn", "scornful", "disdain", "disdainful"]),
        (Expression.Disgust, ["disgust", "disgusted"]),
        (Expression.Fear, ["fear", "fearful", "afraid", "scared", "frightened", "terrified", "worried"]),
        (Expression.Happy, ["happy", "happiness", "joy", "joyful", "joyous", "cheerful", "smile", "smiling"]),
        (Expression.Sadness, ["sadness", "sad", "unhappy", "sorrow", "sorrowful"]),
        (Expression.Surprise, ["surprise", "surprised", "astonished", "astonishment", "amazed", "amazement"]),
    ];

    private static readonly Dictionary<string, Expression> Names = new(StringComparer.OrdinalIgnoreCase);

    static ExpressionLabels()
    {
        foreach ((Expression expression, string[] names) in Synonyms)
        {
            foreach (string name in names) Names.Add(name, expression);
        }
    }

    /// <summary>The expression that a name or a common synonym stands for, in capitals or not.</summary>
    public static bool TryParse(string label, out Expression expression) => Names.TryGetValue(label, out expression);

    /// <summary>The expressions that a model's labels name, in their order.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <param name="model">What messages call the model.</param>
    /// <exception cref="ModelFormatException">A label is no expression, or two name the same one.</exception>
    public static ImmutableArray<Expression> Parse(ImmutableArray<string> labels, string model)
    {
        Dictionary<Expression, string> taken = [];
        foreach (string label in labels)
        {
            if (!Names.TryGetValue(label, out Expression expression))
            {
                throw new ModelFormatException(
                    $"model '{model}': its label '{label}' is no expression; expected neutral, anger, contempt, disgust, fear, happy, " +
                        "sadness or surprise");
            }

            if (!taken.TryAdd(expression, label))
            {
                throw new ModelFormatException($"model '{model}': its labels '{taken[expression]}' and '{label}' name the same expression");
            }
        }

        return [.. labels.Select(label => Names[label])];
    }
}
