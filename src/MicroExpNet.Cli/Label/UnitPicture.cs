namespace MicroExpNet.Cli.Label;

/// <summary>A picture or film of a unit.</summary>
/// <param name="Number">Its number in the unit, from 0.</param>
/// <param name="Name">What rows call it.</param>
/// <param name="Location">Where it is: a full path or a URL; null where <paramref name="Content"/> has it.</param>
/// <param name="Content">Its bytes, out of an archive.</param>
/// <param name="Room">The memory of its bytes.</param>
/// <param name="Failure">Why it cannot be read, in one line.</param>
internal sealed record UnitPicture(
    int Number, string Name, string? Location, byte[]? Content = null, MemoryBudget.Share? Room = null, string? Failure = null);
