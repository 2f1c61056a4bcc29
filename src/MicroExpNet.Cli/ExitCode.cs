namespace MicroExpNet.Cli;

/// <summary>The codes the command ends with.</summary>
internal static class ExitCode
{
    /// <summary>All that was asked for is done.</summary>
    public const int Success = 0;

    /// <summary>Some inputs could not be used; the rest is done.</summary>
    public const int InputFailed = 1;

    /// <summary>The command itself is wrong: an option, the model, the place of the output.</summary>
    public const int WrongCommand = 2;

    /// <summary>Stopped by a termination signal, and to be started again: what was done is kept (EX_TEMPFAIL of sysexits.h).</summary>
    public const int Preempted = 75;

    /// <summary>Stopped by Ctrl-C or a termination signal; what was done is written.</summary>
    public const int Interrupted = 130;
}
