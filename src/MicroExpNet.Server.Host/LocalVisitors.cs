using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MicroExpNet.Server.Host;

/// <summary>
/// Protects a service that needs no key since this machine alone reaches it: a browser on this machine brings it requests of any site.
/// A site whose name leads here is told by the host that it asks for, another site's stream by its origin. Browsers let a site read no
/// other answer.
/// </summary>
internal static class LocalVisitors
{
    /// <summary>Answers a request of another site with 403, and hands others on.</summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        Refusal(context) is { } refusal
            ? TypedResults.Problem(refusal, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
            : next(context);

    private static string? Refusal(HttpContext context)
    {
        // A Unix socket has no address, and a proxy before it that keeps the name that it was asked for.
        if (context.Connection.LocalIpAddress is null) return null;
        HostString host = context.Request.Host;
        if (!IsLocal(host.Host))
        {
            return $"the host is '{host.Host}'; expected localhost, 127.0.0.1 or [::1], since this service needs no key";
        }

        string origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || !IsStream(context.Request) || IsOf(origin, host) ? null
            : $"the stream was opened by '{origin}'; expected http://{host}, since this service needs no key";
    }

    // Programs that speak HTTP 1.0 may name no host; browsers do.
    private static bool IsLocal(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private static bool IsStream(HttpRequest request) =>
        request.Headers.ContainsKey(HeaderNames.Upgrade) || HttpMethods.IsConnect(request.Method);

    private static bool IsOf(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && Uri.TryCreate($"{uri.Scheme}://{host}", UriKind.Absolute, out Uri? own)
        && Uri.Compare(uri, own, UriComponents.HostAndPort, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
