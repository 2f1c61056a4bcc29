using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroExpNet.Benchmarks;

/// <summary>How many multiply-adds of floats this processor can do: on registers alone, fused where it can, in chains enough to hide their latency.</summary>
internal static class MultiplyAddLimit
{
    private const int Repeats = 50;
    private const int Chains = 10;
    private const int Rounds = 400_000;

    /// <summary>Multiply-adds of one <see cref="Run"/>, which takes about a millisecond.</summary>
    public static double PerRun => (double)Chains * Rounds * (Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count);

    /// <summary>Multiplies and adds, and nothing else.</summary>
    public static void Run() => GC.KeepAlive(Vector512.IsHardwareAccelerated ? Wide() : Narrow());

    /// <summary>Multiply-adds a second of so many threads together: the best of fifty runs of each.</summary>
    public static double Measure(int threads)
    {
        double[] rates = new double[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => rates[i] = Enumerable.Range(0, Repeats).Max(_ => Time()));
        return rates.Sum();
    }

    private static double Time()
    {
        long start = Stopwatch.GetTimestamp();
        Run();
        return PerRun / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // No calls in these two: vectors that live across a call would be kept in memory, not in registers. The chains start from different
    // values: the compiler does equal ones once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Narrow()
    {
        Vector256<float> x = Vector256.Create(0.999f), a = x, b = a + x, c = b + x, d = c + x, e = d + x, f = e + x, g = f + x, h = g + x, i = h + x, j = i + x;
        for (int round = 0; round < Rounds; round++)
        {
            a = Vector256.MultiplyAddEstimate(x, x, a);
            b = Vector256.MultiplyAddEstimate(x, x, b);
            c = Vector256.MultiplyAddEstimate(x, x, c);
            d = Vector256.MultiplyAddEstimate(x, x, d);
            e = Vector256.MultiplyAddEstimate(x, x, e);
            f = Vector256.MultiplyAddEstimate(x, x, f);
            g = Vector256.MultiplyAddEstimate(x, x, g);
            h = Vector256.MultiplyAddEstimate(x, x, h);
            i = Vector256.MultiplyAddEstimate(x, x, i);
            j = Vector256.MultiplyAddEstimate(x, x, j);
        }

        return (a + b + c + d + e + f + g + h + i + j).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Wide()
    {
        Vector512<float> x = Vector512.Create(0.999f), a = x, b = a + x, c = b + x, d = c + x, e = d + x, f = e + x, g = f + x, h = g + x, i = h + x, j = i + x;
        for (int round = 0; round < Rounds; round++)
        {
            a = Vector512.MultiplyAddEstimate(x, x, a);
            b = Vector512.MultiplyAddEstimate(x, x, b);
            c = Vector512.MultiplyAddEstimate(x, x, c);
            d = Vector512.MultiplyAddEstimate(x, x, d);
            e = Vector512.MultiplyAddEstimate(x, x, e);
            f = Vector512.MultiplyAddEstimate(x, x, f);
            g = Vector512.MultiplyAddEstimate(x, x, g);
            h = Vector512.MultiplyAddEstimate(x, x, h);
            i = Vector512.MultiplyAddEstimate(x, x, i);
            j = Vector512.MultiplyAddEstimate(x, x, j);
        }

        return (a + b + c + d + e + f + g + h + i + j).ToScalar();
    }
}
