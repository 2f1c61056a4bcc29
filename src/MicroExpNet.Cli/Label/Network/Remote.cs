namespace MicroExpNet.Cli.Label;

/// <summary>What is read and written over the network.</summary>
internal static class Remote
{
    /// <summary>Reads a file.</summary>
    /// <param name="location">Its URL.</param>
    /// <param name="maxBytes">The longest allowed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">It cannot be read, or is too long.</exception>
    public static byte[] Read(string location, long maxBytes, CancellationToken cancellationToken) =>
        RemoteFile.IsObject(location)
            ? S3.Read(location, maxBytes, cancellationToken)
            : WebFile.Read(location, maxBytes, cancellationToken);

    /// <summary>Opens a file of an object store; the stream can seek.</summary>
    /// <param name="location">Its URL.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Stream Open(string location) => S3.Open(location);

    /// <summary>Lists the files of an object store in ordinal order.</summary>
    /// <param name="location">How their URLs start.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<RemoteFile> List(string location) => S3.List(location);

    /// <inheritdoc cref="UnitQueue.PublishUnitsAsync"/>
    public static Task PublishAsync(
        string url, UnitPlan plan, IReadOnlyList<PlannedUnit> open, TimeSpan lease, CancellationToken cancellationToken) =>
        UnitQueue.PublishUnitsAsync(url, plan, open, lease, cancellationToken);

    /// <inheritdoc cref="UnitQueue.TakeUnitsAsync"/>
    public static Task TakeAsync(
        string url, UnitPlan plan, IReadOnlyList<PlannedUnit> open, TimeSpan lease, Func<PlannedUnit, Task> work, Action<string> say,
        CancellationToken cancellationToken) => UnitQueue.TakeUnitsAsync(url, plan, open, lease, work, say, cancellationToken);

    /// <summary>Opens an output in an object store.</summary>
    /// <param name="location">Its bucket and prefix.</param>
    public static ILabelStore OpenStore(string location) => new S3Store(location);
}
