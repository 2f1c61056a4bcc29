using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

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
    public static void Map(WebApplication app, string folder)
    {
        if (!File.Exists(Path.Combine(folder, Index)))
        {
            byte[] page = ReadStartPage();
            app.MapGet("/", context =>
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                return context.Response.Body.WriteAsync(page).AsTask();
            }).ExcludeFromDescription();
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
        string path = context.Request.Path.Value ?? "";
        if (!HttpMethods.IsGet(context.Request.Method) || !types.TryGetContentType(path, out string? type)) return;
        string accepted = context.Request.Headers.AcceptEncoding.ToString();
        foreach ((string encoding, string ending) in Compressed)
        {
            if (!accepted.Contains(encoding, StringComparison.OrdinalIgnoreCase) || !files.GetFileInfo(path + ending).Exists) continue;
            context.Request.Path = path + ending;
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status304NotModified))
                {
                    return Task.CompletedTask;
                }
                context.Response.ContentType = type;
                context.Response.Headers.ContentEncoding = encoding;
                context.Response.Headers.Vary = "Accept-Encoding";
                return Task.CompletedTask;
            });
            return;
        }
    }

    private static byte[] ReadStartPage()
    {
        using Stream stream = typeof(PageFiles).Assembly.GetManifestResourceStream("start.html")!;
        using MemoryStream page = new();
        stream.CopyTo(page);
        return page.ToArray();
    }
}
