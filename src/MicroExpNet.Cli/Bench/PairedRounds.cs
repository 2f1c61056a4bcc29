using System.Diagnostics;

namespace MicroExpNet.Cli.Bench;

/// <summary>
/// Times several runtimes in turn, in one process, round by round: on a machine whose speed drifts, the ratio of neighbours holds where
/// absolute times do not.
/// </summary>
internal static class PairedRounds
{
    private const double BlockSeconds = 0.01;
    private const int ColdCalls = 9;

    /// <summary>Calls a runtime until it is warm.</summary>
    /// <param name="team">Who calls.</param>
    /// <param name="run">One call.</param>
    /// <param name="seconds">How long.</param>
    /// <returns>How many calls make a block of ten milliseconds.</returns>
    public static int Warm(CallerTeam team, Action<int> run, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        double elapsed;
        do
        {
            team.Time(run, 1);
            calls++;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (calls < 3 || elapsed < seconds);
        return Math.Max(1, (int)(BlockSeconds * calls / elapsed));
    }

    /// <summary>Times the runtimes.</summary>
    /// <param name="team">Who calls.</param>
    /// <param name="runs">One call of each runtime.</param>
    /// <param name="calls">How many calls make a block of each, as <see cref="Warm"/> says.</param>
    /// <param name="goesOn">Whether there is another round, given the number of those that were done.</param>
    /// <param name="endRound">Is called at the end of each round; absent for nothing.</param>
    /// <returns>The seconds of one call, <c>[runtime][round]</c>.</returns>
    public static List<double>[] Run(
        CallerTeam team, IReadOnlyList<Action<int>> runs, IReadOnlyList<int> calls, Func<int, bool> goesOn, Action? endRound = null)
    {
        List<double>[] seconds = [.. runs.Select(_ => new List<double>())];
        for (int round = 0; goesOn(round); round++)
        {
            // The first of a round moves on, so that none always meets the caches that the same other left.
            for (int i = 0; i < runs.Count; i++)
            {
                int turn = (round + i) % runs.Count;
                seconds[turn].Add(team.Time(runs[turn], calls[turn]));
            }

            endRound?.Invoke();
        }

        return seconds;
    }

    /// <summary>Times the runtimes with cold caches: before each call, other memory is read and written.</summary>
    /// <param name="runs">One call of each runtime.</param>
    /// <param name="goesOn">Whether there is another round, given the number of those that were done.</param>
    /// <param name="endRound">Is called at the end of each round; absent for nothing.</param>
    /// <returns>The seconds of one call, <c>[runtime][round]</c>: the median of a round's calls.</returns>
    public static List<double>[] RunCold(IReadOnlyList<Action> runs, Func<int, bool> goesOn, Action? endRound = null)
    {
        ColdCaches caches = new();
        List<double>[] seconds = [.. runs.Select(_ => new List<double>())];
        double[] calls = new double[ColdCalls];
        for (int round = 0; goesOn(round); round++)
        {
            for (int i = 0; i < runs.Count; i++)
            {
                int turn = (round + i) % runs.Count;
                for (int call = 0; call < calls.Length; call++)
                {
                    caches.Sweep();
                    long start = Stopwatch.GetTimestamp();
                    runs[turn]();
                    calls[call] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                }

                seconds[turn].Add(Quartile(calls, 2));
            }

            endRound?.Invoke();
        }

        return seconds;
    }

    /// <summary>A quartile.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="quarter">1, 2 (the median) or 3.</param>
    public static double Quartile(IReadOnlyCollection<double> values, int quarter) => values.Order().ElementAt(values.Count * quarter / 4);

    /// <summary>How many times as fast one is as another, round by round.</summary>
    /// <param name="own">Its seconds.</param>
    /// <param name="other">The other's.</param>
    public static double[] Ratios(IEnumerable<double> own, IEnumerable<double> other) => [.. other.Zip(own, (a, b) => a / b)];
}
