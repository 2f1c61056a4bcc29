using System.Diagnostics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Benchmarks;

/// <summary>How many multiply-adds of floats this processor can do: on registers alone, fused where it can, in chains enough to hide their
/// latency.</summary>
internal static class MultiplyAddLimit
{
    private const int Repeats = 50;
    private const int Chains = 10;
    private const int Rounds = 400_000;

    /// <summary>Multiply-adds of one <see cref="Run"/>, which takes about a millisecond.</summary>
    public static double PerRun { get; } = (double)Chains * Rounds * KernelTarget.Best.Count;

    /// <summary>Multiplies and adds, and nothing else.</summary>
    public static void Run() => GC.KeepAlive(KernelTarget.Best.Call(new MultiplyAdds()));

    /// <summary>Multiply-adds a second of so many threads together: the best of fifty runs of each.</summary>
    public static double Measure(int threads)
    {
        double[] rates = new double[threads];
        Parallel.For(
            0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            rates[i] = Enumerable.Range(0, Repeats).Max(_ => Time()));
        return rates.Sum();
    }

    private static double Time()
    {
        long start = Stopwatch.GetTimestamp();
        Run();
        return PerRun / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // No calls in the loop: vectors that live across a call would be kept in memory, not in registers. The chains start from different
    // values: the compiler does equal ones once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe float Run<TLanes, TVector>()
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        TVector x = TLanes.Broadcast(0.999f), a = x, b = TLanes.Add(a, x), c = TLanes.Add(b, x), d = TLanes.Add(c, x), e = TLanes.Add(d, x);
        TVector f = TLanes.Add(e, x), g = TLanes.Add(f, x), h = TLanes.Add(g, x), i = TLanes.Add(h, x), j = TLanes.Add(i, x);
        for (int round = 0; round < Rounds; round++)
        {
            a = TLanes.MultiplyAdd(x, x, a);
            b = TLanes.MultiplyAdd(x, x, b);
            c = TLanes.MultiplyAdd(x, x, c);
            d = TLanes.MultiplyAdd(x, x, d);
            e = TLanes.MultiplyAdd(x, x, e);
            f = TLanes.MultiplyAdd(x, x, f);
            g = TLanes.MultiplyAdd(x, x, g);
            h = TLanes.MultiplyAdd(x, x, h);
            i = TLanes.MultiplyAdd(x, x, i);
            j = TLanes.MultiplyAdd(x, x, j);
        }

        TVector sum = TLanes.Add(
            TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), TLanes.Add(TLanes.Add(TLanes.Add(e, f), TLanes.Add(g, h)), TLanes.Add(i, j)));
        float* values = stackalloc float[TLanes.Count];
        TLanes.Store(sum, values);
        return *values;
    }
    private sealed class MultiplyAdds : ILanesFunction<float>
    {
        public float Call<TLanes, TVector>()
            where TLanes : struct, IFloatLanes<TVector>
            where TVector : unmanaged => Run<TLanes, TVector>();
    }
}
