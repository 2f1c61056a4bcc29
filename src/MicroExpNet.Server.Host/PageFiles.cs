using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace MicroExpNet.Server.Host;

/// <summary>Serves the folder of the page that recognises in the browser; where it is absent, a page that says how to get it.</summary>
internal static class PageFiles
{
    /// <summary>The file that a folder of the page has.</summary>
    public const string Index = "index.html";

    private static readonly (string Encoding, string Ending)[] Compressed = [("br", ".br"), ("gzip", ".gz")];

    /// <summary>Maps <c>/</c> and what lies below it.</summary>
    /// <param name="app">The application.</param>
    /// <param name="folder">The folder, with an <c>index.html</c>.</param>
    /// <param name="needsKey">Whether clients must send a key.</param>
    public static void Map(WebApplication app, string folder, bool needsKey)
    {
        if (!File.Exists(Path.Combine(folder, Index)))
        {
            string template = ReadStartPage();
            app.MapGet("/", context =>
            {
                HttpRequest request = context.Request;
                string service = UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase);
                string command = SampleCommand.Text(service, "/v1/recognize", needsKey);
                string page = template.Replace("{command}", WebUtility.HtmlEncode(command), StringComparison.Ordinal);
                context.Response.ContentType = "text/html; charset=utf-8";
                context.Response.ContentLength = Encoding.UTF8.GetByteCount(page);
                return context.Response.WriteAsync(page);
            }).ExcludeFromDescription().AnswerHead();
            return;
        }

        PhysicalFileProvider files = new(Path.GetFullPath(folder));
        FileExtensionContentTypeProvider types = new();
        foreach (string ending in new[] { ".dat", ".onnx", ".br", ".gz" }) types.Mappings[ending] = "application/octet-stream";
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.Use((context, next) =>
        {
            UseCompressed(context, files, types);
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = types,
            OnPrepareResponse = response => response.Context.Response.Headers.CacheControl = "no-cache",
        });
    }

    // The published page has each file compressed beside it.
    private static void UseCompressed(HttpContext context, PhysicalFileProvider files, FileExtensionContentTypeProvider types)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "";
        if (!(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))) return;
        if (!types.TryGetContentType(path, out string? type)) return;
        (string Encoding, string Ending)[] there = [.. Compressed.Where(one => files.GetFileInfo(path + one.Ending).Exists)];
        if (there.Length == 0) return;
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;

        // A range counts the bytes of the file as it is.
        if (request.Headers.ContainsKey(HeaderNames.Range)) return;
        IList<StringWithQualityHeaderValue> accepted = request.GetTypedHeaders().AcceptEncoding;
        foreach ((string encoding, string ending) in there)
        {
            if (!accepted.Any(one => one.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0)) continue;
            request.Path = path + ending;
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status304NotModified))
                {
                    return Task.CompletedTask;
                }
                context.Response.ContentType = type;
                context.Response.Headers.ContentEncoding = encoding;
                return Task.CompletedTask;
            });
            return;
        }
    }

    private static string ReadStartPage()
    {
        using StreamReader page = new(typeof(PageFiles).Assembly.GetManifestResourceStream("start.html")!);
        return page.ReadToEnd();
    }
}
