using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server;

/// <summary><c>GET stream</c>: a WebSocket that takes frames and answers with the faces of each.</summary>
internal sealed class StreamEndpoint(
    RecognitionService service, ServerOptions options, ByteBudget budget, ServerMetrics metrics, StreamCount streams,
    IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketVersion = "13";
            throw new RequestFailure(StatusCodes.Status426UpgradeRequired, "this is a WebSocket; expected its handshake");
        }

        if (!streams.TryAdd())
        {
            metrics.Rejected();
            throw new RequestFailure(StatusCodes.Status429TooManyRequests, $"{options.MaxStreams} streams are open; try again later")
            {
                RetryAfter = RetryAfter,
            };
        }

        try
        {
            // A client that does not answer pings is gone, though its connection may look open.
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(
                new WebSocketAcceptContext { KeepAliveInterval = PingInterval, KeepAliveTimeout = PingInterval });
            await new FaceStream(socket, service, options, budget, metrics).RunAsync(lifetime.ApplicationStopping);
        }
        finally
        {
            streams.Remove();
        }
    }
}
