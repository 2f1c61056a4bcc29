namespace MicroExpNet.Fuzz;

/// <summary>Numbers that break arithmetic: near powers of 2, above all those where 32-bit products and sums wrap.</summary>
internal static class HostileNumbers
{
    /// <summary>A whole number.</summary>
    public static long Integer(Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                return random.Next(-2, 9);
            case 1:
                return (1L << random.Next(4, 63)) + random.Next(-2, 3);
            case 2:
                // A factor whose product with a small one is near 2³¹ or 2³².
                return ((random.Next(2) == 0 ? 1L << 31 : 1L << 32) / random.Next(1, 300)) + random.Next(-2, 3);
            case 3:
                return -(1L << random.Next(4, 63));
            case 4:
                return (long)Math.Pow(2, random.NextDouble() * 33);
            default:
                return random.Next(4) == 0 ? long.MinValue : random.NextInt64();
        }
    }

    /// <summary>A size from 1 to a limit, small sizes as often as each doubling of them.</summary>
    public static int Size(Random random, int max) =>
        (int)Math.Clamp(Math.Pow(2, random.NextDouble() * Math.Log2(max)) + random.Next(-1, 2), 1, max);

    /// <summary>A float.</summary>
    public static float Float(Random random) => random.Next(8) switch
    {
        0 => float.NaN,
        1 => float.PositiveInfinity,
        2 => float.MaxValue,
        3 => float.Epsilon,
        4 => 0,
        5 => -1,
        _ => BitConverter.Int32BitsToSingle(random.Next()),
    };
}
