namespace MicroExpNet.Cli;

/// <summary>Ctrl-C in a terminal goes to this program and to those it has started, in any order.</summary>
internal static class StopSignal
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(0.5);

    /// <summary>Whether a program that ended too early was stopped along with this one.</summary>
    /// <param name="cancellationToken">Tells that this program is to stop, perhaps a moment later.</param>
    public static bool IsComing(CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled && cancellationToken.WaitHandle.WaitOne(Delay);
}
