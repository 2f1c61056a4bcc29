namespace MicroExpNet.Cli.Label;

/// <summary>What is read and written over the network; nothing, in native code.</summary>
internal static class Remote
{
    private const string Missing =
        "this build of mexp, native code, has no network; build it with -p:HasNetwork=true, or run the framework-dependent one";

    public static byte[] Read(string location, long maxBytes, CancellationToken cancellationToken) => throw Failure(location);

    public static Stream Open(string location) => throw Failure(location);

    public static IReadOnlyList<RemoteFile> List(string location) => throw Failure(location);

    public static ILabelStore OpenStore(string location) => throw Failure(location);

    public static Task PublishAsync(
        string url, UnitPlan plan, IReadOnlyList<PlannedUnit> open, TimeSpan lease, CancellationToken cancellationToken) =>
        throw Failure(url);

    public static Task TakeAsync(
        string url, UnitPlan plan, IReadOnlyList<PlannedUnit> open, TimeSpan lease, Func<PlannedUnit, Task> work, Action<string> say,
        CancellationToken cancellationToken) => throw Failure(url);

    private static CommandException Failure(string location) => new(ExitCode.WrongCommand, $"{location}: {Missing}");
}
