using System.Net;
using System.Net.Sockets;
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
        IConnectionListener listener = await ListenAsync(endpoint, cancellationToken);
        lifetime.ApplicationStopping.Register(() => listener.UnbindAsync().AsTask());
        return listener;
    }

    private async Task<IConnectionListener> ListenAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            if (endpoint is UnixDomainSocketEndPoint path) await new SocketFile(path).RemoveLeftoverAsync(cancellationToken);
            return await sockets.BindAsync(endpoint, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw BindFailure.Explain(endpoint, e);
        }
    }
}
