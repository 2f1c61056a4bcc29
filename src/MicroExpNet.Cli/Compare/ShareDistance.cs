namespace MicroExpNet.Cli.Compare;

/// <summary>How far two distributions over the same classes lie apart.</summary>
internal static class ShareDistance
{
    // Of a class that one side lacks, half a face: the logarithm of 0 would hide all others.
    private const double Smoothing = 0.5;

    /// <summary>
    /// The population stability index, Σ (b − a) ln(b / a), of counts (Siddiqi, "Credit Risk Scorecards", 2006): 0 for equal shares. By
    /// its users' convention, below 0.1 nothing has changed, and above 0.25 much has.
    /// </summary>
    /// <param name="a">Counts of each class.</param>
    /// <param name="b">Counts of each class, of as many classes.</param>
    public static double StabilityIndex(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double wholeA = a.Sum() + (Smoothing * a.Count), wholeB = b.Sum() + (Smoothing * b.Count), sum = 0;
        for (int i = 0; i < a.Count; i++)
        {
            double shareA = (a[i] + Smoothing) / wholeA, shareB = (b[i] + Smoothing) / wholeB;
            sum += (shareB - shareA) * Math.Log(shareB / shareA);
        }

        return sum;
    }

    /// <summary>
    /// The index that two samples of one population have on average: (classes − 1) (1/n + 1/m), since n m / (n + m) times the index is
    /// close to Pearson's χ².
    /// </summary>
    /// <param name="classes">The classes that occur.</param>
    /// <param name="a">Size of one sample, 1 or more.</param>
    /// <param name="b">Size of the other, 1 or more.</param>
    public static double ExpectedByChance(int classes, double a, double b) => (classes - 1) * ((1 / a) + (1 / b));

    /// <summary>The Jensen-Shannon divergence with logarithms to base 2 (Lin, 1991): 0 for equal shares, 1 where no class is
    /// shared.</summary>
    /// <param name="a">Counts or shares of each class.</param>
    /// <param name="b">Counts or shares of each class, of as many classes.</param>
    public static double JensenShannon(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double wholeA = a.Sum(), wholeB = b.Sum(), sum = 0;
        for (int i = 0; i < a.Count; i++)
        {
            double shareA = a[i] / wholeA, shareB = b[i] / wholeB, middle = (shareA + shareB) / 2;
            if (shareA > 0) sum += shareA * Math.Log2(shareA / middle) / 2;
            if (shareB > 0) sum += shareB * Math.Log2(shareB / middle) / 2;
        }

        return Math.Max(0, sum);
    }

    /// <summary>The stability index of numbers, over ten ranges that each hold a tenth of the first sample, and the index that chance
    /// alone gives on average. Numbers above all of the first sample are a range of their own where its largest ones are equal.</summary>
    /// <param name="a">Numbers, one or more.</param>
    /// <param name="b">Numbers, one or more.</param>
    public static (double Index, double ByChance) StabilityIndexOfNumbers(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        const int Ranges = 10;
        double[] sorted = [.. a.Order()];
        List<double> bounds = [.. Enumerable.Range(1, Ranges - 1).Select(i => sorted[(int)((long)i * sorted.Length / Ranges)]).Distinct()];

        // Where the largest of A are equal, what is above them is as far from A as what is below its smallest.
        if (bounds[^1] == sorted[^1]) bounds.Add(Math.BitIncrement(sorted[^1]));
        double[] countsA = Count(a), countsB = Count(b);
        int occurring = countsA.Zip(countsB).Count(range => range.First + range.Second > 0);
        return (StabilityIndex(countsA, countsB), ExpectedByChance(occurring, a.Count, b.Count));

        double[] Count(IReadOnlyList<double> numbers)
        {
            double[] counts = new double[bounds.Count + 1];
            foreach (double number in numbers) counts[bounds.Count(bound => number >= bound)]++;
            return counts;
        }
    }
}
