using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server;

/// <summary>What all endpoints share: the version, the key, and one form for everything that goes wrong (RFC 9457).</summary>
internal sealed class ServerEndpoint(ApiKey key, IHostApplicationLifetime lifetime)
{
    private long _begun;

    /// <summary>Requests that have begun.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>Runs a handler.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        Interlocked.Increment(ref _begun);
        context.Response.Headers[ServerVersion.Header] = ServerVersion.Value;
        context.Response.OnStarting(CloseWhenStopping, context);
        try
        {
            key.Check(context);
            await handler(context);
        }
        catch (RequestFailure e)
        {
            if (e.RetryAfter is { } time)
            {
                context.Response.Headers.RetryAfter = ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            if (e.ClosesConnection && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
            await WriteAsync(context, e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, e.Message);
        }
        catch (Exception e) when (HasLeft(context, e))
        {
            // Nobody reads an answer; the status is for the counts. The rest of the body would be waited for otherwise.
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            context.Abort();
        }
    }

    // A connection that is reset says so to whoever reads it, and a little later to the request.
    private static bool HasLeft(HttpContext context, Exception failure) =>
        failure is ConnectionResetException or ConnectionAbortedException
        || (failure is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    // While the program stops, no request should follow on the connection.
    private Task CloseWhenStopping(object state)
    {
        HttpContext context = (HttpContext)state;
        if (lifetime.ApplicationStopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols)
        {
            context.Response.Headers.Connection = "close";
        }

        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpContext context, int status, string detail)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        await TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
    }
}
