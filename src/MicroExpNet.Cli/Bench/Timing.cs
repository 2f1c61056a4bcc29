namespace MicroExpNet.Cli.Bench;

/// <summary>How long something took, over many turns.</summary>
/// <param name="PerSecond">Things a second, all threads together, while they were at it.</param>
/// <param name="Median">The median turn, in milliseconds.</param>
/// <param name="Percentile99">Of a hundred turns, 99 took no longer than so many milliseconds.</param>
/// <param name="Allocated">Managed bytes allocated for each thing.</param>
internal readonly record struct Timing(double PerSecond, double Median, double Percentile99, double Allocated);
