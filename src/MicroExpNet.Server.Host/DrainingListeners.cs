using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server.Host;

/// <summary>
/// Listens on sockets until the program is told to stop, and takes no connection after that. Kestrel itself would close its listeners and
/// its idle connections in one moment: a request that is on its way through an accepted connection would be lost.
/// </summary>
/// <param name="sockets">Listens.</param>
/// <param name="lifetime">Says when the program stops.</param>
internal sealed class DrainingListeners(IConnectionListenerFactory sockets, IHostApplicationLifetime lifetime) : IConnectionListenerFactory
{
    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener listener = await sockets.BindAsync(endpoint, cancellationToken);
        lifetime.ApplicationStopping.Register(() => listener.UnbindAsync().AsTask());
        return listener;
    }
}
