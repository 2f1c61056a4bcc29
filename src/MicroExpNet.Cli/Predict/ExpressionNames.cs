using System.Collections.Immutable;
using MicroExpNet.Architectures;

namespace MicroExpNet.Cli.Predict;

/// <summary>The expressions' names in the results: the labels of the original.</summary>
internal static class ExpressionNames
{
    /// <summary>The eight, in the order of the original's outputs.</summary>
    public static ImmutableArray<Expression> All { get; } = [.. Enum.GetValues<Expression>()];

    /// <summary>E.g. <c>happy</c>.</summary>
    /// <param name="expression">One of the eight.</param>
    public static string Of(Expression expression) => OriginalArchitectures.DefaultLabels[(int)expression];
}
