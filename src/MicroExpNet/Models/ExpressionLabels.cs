using System.Collections.Immutable;

namespace MicroExpNet.Models;

/// <summary>Tells expressions from the names that models and data sets call them by.</summary>
internal static class ExpressionLabels
{
    private static readonly Dictionary<string, Expression> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["neutral"] = Expression.Neutral,
        ["neutrality"] = Expression.Neutral,
        ["anger"] = Expression.Anger,
        ["angry"] = Expression.Anger,
        ["contempt"] = Expression.Contempt,
        ["contemptuous"] = Expression.Contempt,
        ["disgust"] = Expression.Disgust,
        ["disgusted"] = Expression.Disgust,
        ["fear"] = Expression.Fear,
        ["fearful"] = Expression.Fear,
        ["afraid"] = Expression.Fear,
        ["happy"] = Expression.Happy,
        ["happiness"] = Expression.Happy,
        ["joy"] = Expression.Happy,
        ["sadness"] = Expression.Sadness,
        ["sad"] = Expression.Sadness,
        ["surprise"] = Expression.Surprise,
        ["surprised"] = Expression.Surprise,
    };

    /// <summary>The expression a name or one of its common synonyms means.</summary>
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
                    $"model '{model}': its label '{label}' is no expression; expected neutral, anger, contempt, disgust, fear, happy, sadness or surprise");
            }

            if (!taken.TryAdd(expression, label))
            {
                throw new ModelFormatException($"model '{model}': its labels '{taken[expression]}' and '{label}' name the same expression");
            }
        }

        return [.. labels.Select(label => Names[label])];
    }
}
