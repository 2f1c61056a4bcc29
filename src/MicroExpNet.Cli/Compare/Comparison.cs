namespace MicroExpNet.Cli.Compare;

/// <summary>How two sets of faces differ.</summary>
internal sealed record Comparison
{
    private Comparison(string name, ComparedFaces a, ComparedFaces b) => (Name, A, B) = (name, a, b);

    /// <summary>The group; <c>all</c> for all faces.</summary>
    public string Name { get; }

    /// <summary>One set.</summary>
    public ComparedFaces A { get; }

    /// <summary>The other.</summary>
    public ComparedFaces B { get; }

    /// <summary>The classes, the expressions first.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Faces, or shares where there are no faces, of each class in the first set.</summary>
    public required IReadOnlyList<double> CountsA { get; init; }

    /// <summary>Faces of each class in the second set.</summary>
    public required IReadOnlyList<double> CountsB { get; init; }

    /// <summary>The population stability index of the expressions.</summary>
    public required double StabilityIndex { get; init; }

    /// <summary>The index that chance alone gives on average.</summary>
    public required double ByChance { get; init; }

    /// <summary>The Jensen-Shannon divergence of the expressions, 0 to 1.</summary>
    public required double JensenShannon { get; init; }

    /// <summary>The stability index of the highest probability, the box's width and the detector's score, and the index by chance, where
    /// both sets have them.</summary>
    public required IReadOnlyList<(string Name, double MedianA, double MedianB, double StabilityIndex, double ByChance)> Numbers
    {
        get;
        init;
    }

    /// <summary>Compares two sets of faces.</summary>
    /// <param name="name">The group; <c>all</c> for all faces.</param>
    /// <param name="a">One set.</param>
    /// <param name="b">The other, of one face or more.</param>
    public static Comparison Of(string name, ComparedFaces a, ComparedFaces b)
    {
        string[] classes = [
            .. a.Faces.Concat(b.Faces).Select(face => face.Expression).Concat(a.Shares?.Keys ?? []).Concat(b.Shares?.Keys ?? []).Distinct()
                .OrderBy(one => ExpressionScores.Names.IndexOf(one) is >= 0 and int place ? place : int.MaxValue)
                .ThenBy(one => one, StringComparer.Ordinal)];
        double[] countsA = Counts(a, b.Faces.Count), countsB = Counts(b, a.Faces.Count);
        int occurring = Enumerable.Range(0, classes.Length).Count(i => countsA[i] + countsB[i] > 0);
        return new Comparison(name, a, b)
        {
            Classes = classes,
            CountsA = countsA,
            CountsB = countsB,
            StabilityIndex = ShareDistance.StabilityIndex(countsA, countsB),
            ByChance = ShareDistance.ExpectedByChance(
                occurring, a.Shares is null ? a.Faces.Count : double.PositiveInfinity,
                b.Shares is null ? b.Faces.Count : double.PositiveInfinity),
            JensenShannon = ShareDistance.JensenShannon(countsA, countsB),
            Numbers = [
                .. Numbers("probability", face => face.Probability), .. Numbers("box width", face => face.Width),
                .. Numbers("face score", face => face.Score)],
        };

        // Known shares count as if of as many faces as the other side has.
        double[] Counts(ComparedFaces faces, int others) => faces.Shares is { } shares
            ? [.. classes.Select(one => shares.GetValueOrDefault(one) * others)]
            : [.. classes.Select(one => (double)faces.Faces.Count(face => face.Expression == one))];

        IEnumerable<(string, double, double, double, double)> Numbers(string what, Func<ComparedFace, double?> of)
        {
            double[] numbersA = [.. a.Faces.Select(of).OfType<double>()], numbersB = [.. b.Faces.Select(of).OfType<double>()];
            if (numbersA.Length == 0 || numbersB.Length == 0) yield break;
            (double index, double byChance) = ShareDistance.StabilityIndexOfNumbers(numbersA, numbersB);
            yield return (what, Median(numbersA), Median(numbersB), index, byChance);
        }
    }

    private static double Median(double[] numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
