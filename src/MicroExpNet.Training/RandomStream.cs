namespace MicroExpNet.Training;

/// <summary>
/// Random numbers that follow from a seed and a position alone (SplitMix64; Steele, Lea, Flood, 2014). They do not depend on the order or
/// the thread in which streams are used, and no state needs to be saved.
/// </summary>
internal struct RandomStream
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>A stream of its own for each seed and position.</summary>
    public RandomStream(ulong seed, ulong position) => _state = Mix(seed + Increment) ^ Mix((position * Increment) + 0x632BE59BD9B4E019);

    public ulong NextUInt64() => Mix(_state += Increment);

    /// <summary>At least 0, below 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Between two bounds.</summary>
    public double NextDouble(double minimum, double maximum) => minimum + (NextDouble() * (maximum - minimum));

    /// <summary>Between two bounds above 0, evenly on a logarithmic scale.</summary>
    public double LogDouble(double minimum, double maximum) => Math.Exp(NextDouble(Math.Log(minimum), Math.Log(maximum)));

    /// <summary>At least 0, below <paramref name="bound"/>, which is 1 or more.</summary>
    public int NextInt32(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>From a normal distribution of mean 0 and standard deviation 1 (Box, Muller, 1958).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
