namespace MicroExpNet.Cli.Bench;

/// <summary>What <c>mexp bench</c> was asked for.</summary>
internal sealed record BenchRequest
{
    /// <summary>The photo's file; null for the built-in sample.</summary>
    public string? Photo { get; init; }

    /// <summary>The model's file; null for the built-in one.</summary>
    public string? Model { get; init; }

    /// <summary>The smallest face looked for, in pixels.</summary>
    public required int MinFace { get; init; }

    /// <summary>Seconds for each row; null where the whole is to take under a minute.</summary>
    public double? Seconds { get; init; }

    /// <summary>The largest number of threads.</summary>
    public required int Threads { get; init; }

    /// <summary>The numbers of threads that are measured: 1, 2, 4 and so on, and the largest.</summary>
    public IEnumerable<int> ThreadCounts
    {
        get
        {
            for (int threads = 1; threads < Threads; threads *= 2) yield return threads;
            yield return Threads;
        }
    }
}
