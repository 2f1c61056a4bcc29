namespace MicroExpNet.Cli;

/// <summary>Ends a command with one line on standard error and an exit code.</summary>
internal class CommandException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="exitCode">One of <see cref="Cli.ExitCode"/>.</param>
    /// <param name="message">The line.</param>
    public CommandException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    /// <summary>What the command ends with.</summary>
    public int ExitCode { get; }
}
