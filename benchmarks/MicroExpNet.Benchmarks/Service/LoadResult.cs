namespace MicroExpNet.Benchmarks.Service;

/// <summary>What clients of a service got.</summary>
/// <param name="Statuses">Answers by their HTTP status.</param>
/// <param name="Milliseconds">The times of answers of status 200, from the first byte sent to the last received, in order.</param>
/// <param name="Truncated">Answers that broke off.</param>
/// <param name="Unanswered">Requests whose connection was closed before a byte of an answer came.</param>
/// <param name="Elapsed">The time of the whole run.</param>
internal sealed record LoadResult(
    IReadOnlyDictionary<int, int> Statuses, double[] Milliseconds, int Truncated, int Unanswered, TimeSpan Elapsed)
{
    /// <summary>Answers of status 200.</summary>
    public int Done => Milliseconds.Length;

    /// <summary>Answers of status 200 a second.</summary>
    public double Rate => Done / Elapsed.TotalSeconds;

    /// <summary>The time below which a share of the answers of status 200 stay, in milliseconds.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share) => Done == 0 ? double.NaN : Milliseconds[Math.Min((int)(share * Done), Done - 1)];
}
