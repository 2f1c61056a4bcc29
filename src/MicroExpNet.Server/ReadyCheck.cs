using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server;

/// <summary>Whether requests should come: the models have run once, and the program does not stop.</summary>
internal sealed class ReadyCheck(WarmUp warmUp, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("stopping")
            : warmUp.IsDone ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("starting"));
}
