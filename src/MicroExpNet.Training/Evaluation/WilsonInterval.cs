namespace MicroExpNet.Training.Evaluation;

/// <summary>The 95% confidence interval of a share that was counted on a sample (Wilson, 1927), which holds for small samples
/// too.</summary>
/// <param name="Low">Lower end, 0 to 1.</param>
/// <param name="High">Upper end, 0 to 1.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    // The normal distribution's 97.5% quantile.
    private const double Quantile = 1.959963984540054;

    /// <summary>The interval of a share.</summary>
    /// <param name="part">How many of the sample have the property, 0 or more.</param>
    /// <param name="whole">The size of the sample; of an empty one, the interval is 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="part"/> is not 0 to <paramref name="whole"/>.</exception>
    public static WilsonInterval Of(int part, int whole)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, whole);
        if (whole == 0) return new WilsonInterval(0, 1);
        const double square = Quantile * Quantile;
        double share = (double)part / whole, centre = share + (square / (2 * whole));
        double half = Quantile * Math.Sqrt(((share * (1 - share)) + (square / (4 * whole))) / whole), scale = 1 + (square / whole);
        return new WilsonInterval(Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale));
    }
}
