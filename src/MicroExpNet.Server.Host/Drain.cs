using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server.Host;

/// <summary>
/// Between the end of listening and the end of connections, gives requests that were sent the time to be read. Each answer closes its
/// connection by then, so that no further request follows.
/// </summary>
/// <param name="endpoint">Counts the requests.</param>
internal sealed class Drain(ServerEndpoint endpoint) : IHostedLifecycleService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp(), begun;
        do
        {
            begun = endpoint.Begun;
            await Task.Delay(Quiet, CancellationToken.None);
        }
        while (endpoint.Begun != begun && Stopwatch.GetElapsedTime(start) < MaxWait);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
