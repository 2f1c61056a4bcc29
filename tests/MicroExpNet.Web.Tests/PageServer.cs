using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroExpNet.Web.Tests;

/// <summary>
/// Serves a folder on localhost as any server of static files does: compressed files where the browser takes them, and none that the
/// browser has already.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private long _bytes;

    private PageServer(WebApplication application) => _application = application;

    /// <summary>Its address, with a slash at the end.</summary>
    public string Address => _application.Urls.Single() + "/";

    /// <summary>The paths that were asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Bytes of bodies sent.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Starts a server.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isShared">Whether pages of other origins may read the files.</param>
    /// <param name="policy">The content security policy of its pages; null for none.</param>
    /// <param name="redirectsIndex">Whether <c>index.html</c> leads to its folder, as on some hosts.</param>
    public static async Task<PageServer> StartAsync(
        string folder, bool isShared = false, string? policy = null, bool redirectsIndex = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        PageServer server = new(application);
        application.Run(context =>
        {
            if (policy is not null) context.Response.Headers.ContentSecurityPolicy = policy;
            if (!redirectsIndex || context.Request.Path != "/index.html") return server.ServeAsync(context, folder, isShared);
            context.Response.Redirect("/", permanent: true);
            return Task.CompletedTask;
        });
        await application.StartAsync();
        return server;
    }

    /// <summary>Stops it: from now on nothing answers.</summary>
    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".wasm" => "application/wasm",
        ".json" => "application/json",
        ".webmanifest" => "application/manifest+json",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".jpg" => "image/jpeg",
        _ => "application/octet-stream",
    };

    private async Task ServeAsync(HttpContext context, string folder, bool isShared)
    {
        if (isShared) context.Response.Headers.AccessControlAllowOrigin = "*";
        string requested = context.Request.Path.Value!;
        Requests.Enqueue(requested);
        string path = Path.Combine(folder, requested == "/" ? "index.html" : requested[1..]);
        if (!File.Exists(path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = TypeOf(path);
        string tag = $"\"{new FileInfo(path).LastWriteTimeUtc.Ticks:x}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "max-age=600";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (File.Exists(path + ".br") && context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            context.Response.Headers.ContentEncoding = "br";
            path += ".br";
        }

        byte[] body = await File.ReadAllBytesAsync(path);
        Interlocked.Add(ref _bytes, body.Length);
        await context.Response.Body.WriteAsync(body);
    }
}
