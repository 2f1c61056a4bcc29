using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Detection;

/// <summary>A face of a picture whose expression a person named.</summary>
/// <param name="Picture">The picture's file, as <see cref="LabeledPicture.Name"/>.</param>
/// <param name="X">Middle of the face's square, in pixels.</param>
/// <param name="Y">Middle of the face's square.</param>
/// <param name="Side">Side of the face's square.</param>
/// <param name="Expressions">The expression, or several where each of them would be right.</param>
internal sealed record LabeledExpression(string Picture, float X, float Y, float Side, IReadOnlyList<string> Expressions)
{
    /// <summary>Whether an expression is one of those that would be right; synonyms as in data sets.</summary>
    /// <param name="expression">The expression.</param>
    public bool Includes(Expression expression) => Expressions.Any(name => ClassNames.Find([expression.ToString()], name) == 0);
}
