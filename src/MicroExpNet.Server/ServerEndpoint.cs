using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MicroExpNet.Server;

/// <summary>What all endpoints share: the version, the key, and one form for everything that goes wrong (RFC 9457).</summary>
internal sealed class ServerEndpoint(ApiKey key)
{
    /// <summary>Runs a handler.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        context.Response.Headers[ServerVersion.Header] = ServerVersion.Value;
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
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string detail)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        await TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
    }
}
