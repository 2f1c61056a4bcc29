namespace MicroExpNet.Cli.Bench;

/// <summary>One stage of a photo's way to its expressions.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Time">Photos a second, milliseconds a photo.</param>
/// <param name="Share">Its share of the sum of the stages' medians, 0 to 1.</param>
internal sealed record PhotoStage(string Name, Timing Time, double Share);
