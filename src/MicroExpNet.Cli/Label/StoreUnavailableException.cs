namespace MicroExpNet.Cli.Label;

/// <summary>
/// An object store does not answer, or refuses its user. Such a failure says nothing about the picture that was asked for, so it is no
/// row: it ends the command, and the unit is left for the next start.
/// </summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">The line.</param>
internal sealed class StoreUnavailableException(int exitCode, string message) : CommandException(exitCode, message)
{
    /// <summary>Whether it may be that the store fails for one object alone.</summary>
    public bool MayBeOfObject { get; init; }
}
