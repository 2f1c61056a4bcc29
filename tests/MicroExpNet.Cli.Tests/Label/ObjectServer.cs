using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>
/// An object store in memory that speaks as much of Amazon's protocol as <c>mexp label</c> uses: signed requests, ranges, lists in pages,
/// conditional puts, deletes. Every twelfth request is refused as too fast, as stores do. Signed chunks are refused: other makers do not
/// know them.
/// </summary>
public sealed class ObjectServer : IDisposable
{
    /// <summary>A path that an endpoint may begin with.</summary>
    public const string PathPrefix = "/store/v1";

    private const int PageSize = 4;

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, (byte[] Content, DateTime Modified)> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _broken = new(StringComparer.Ordinal);
    private int _requests;

    public ObjectServer()
    {
        Random random = new();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Url = $"http://127.0.0.1:{random.Next(20000, 30000)}";
                _listener.Prefixes.Add(Url + "/");
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 50)
            {
                _listener.Prefixes.Clear();
            }
        }

        // The client reads them when it is first used.
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", Url);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        _ = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>Objects by <c>bucket/key</c>.</summary>
    public IDictionary<string, (byte[] Content, DateTime Modified)> Objects => _objects;

    /// <summary>Buckets with faults.</summary>
    public ConcurrentDictionary<string, ObjectServerFault> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>What was answered, as <c>PUT bucket/key 412</c>.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    public void Put(string name, byte[] content) => _objects[name] = (content, DateTime.UtcNow);

    public void Dispose() => _listener.Close();

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = Task.Run(() => Answer(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        string path = Uri.UnescapeDataString(context.Request.RawUrl!.Split('?')[0]), method = context.Request.HttpMethod;
        string name = (path.StartsWith(PathPrefix + "/", StringComparison.Ordinal) ? path[PathPrefix.Length..] : path)[1..];
        try
        {
            int status = Do(context, method, name);
            Answers.Enqueue($"{method} {name} {status}");
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone.
        }
    }

    private int Do(HttpListenerContext context, string method, string name)
    {
        HttpListenerRequest request = context.Request;
        using MemoryStream content = new();
        request.InputStream.CopyTo(content);
        byte[] body = content.ToArray();
        if (request.Headers["Authorization"]?.StartsWith("AWS4-HMAC-SHA256 Credential=key/", StringComparison.Ordinal) != true
            || request.Headers["Authorization"]!.Split("Signature=").Last().Length != 64)
        {
            return Error(context, 403, "AccessDenied");
        }

        if (request.Headers["x-amz-content-sha256"]?.StartsWith("STREAMING-", StringComparison.Ordinal) == true)
        {
            return Error(context, 501, "NotImplemented");
        }

        ObjectServerFault? fault = Faults.TryGetValue(name.Split('/')[0], out ObjectServerFault known) ? known : null;
        if (fault is { } one && Fail(context, one, method, name) is { } status) return status;
        if (fault is null && Interlocked.Increment(ref _requests) % 12 == 0) return Error(context, 503, "SlowDown");
        switch (method)
        {
            case "GET" when request.QueryString["list-type"] == "2":
                return List(context, name.TrimEnd('/'));
            case "GET" or "HEAD":
                return _objects.TryGetValue(name, out (byte[] Content, DateTime Modified) found)
                    ? Send(context, found.Content, found.Modified, method == "HEAD", fault, name)
                    : Error(context, 404, "NoSuchKey");
            case "DELETE":
                _objects.TryRemove(name, out _);
                return Status(context, 204, []);
            case "PUT" when request.Headers["If-None-Match"] == "*":
                return _objects.TryAdd(name, (body, DateTime.UtcNow))
                    ? Status(context, 200, body)
                    : Error(context, 412, "PreconditionFailed");
            case "PUT":
                Put(name, body);
                return Status(context, 200, body);
            default:
                return Error(context, 501, "NotImplemented");
        }
    }

    private static int? Fail(HttpListenerContext context, ObjectServerFault fault, string method, string name)
    {
        bool isPicture = method == "GET" && name.Contains("/in/", StringComparison.Ordinal),
            isArchive = name.Contains("/shards/", StringComparison.Ordinal),
            isConditional = context.Request.Headers["If-None-Match"] is not null;
        return fault switch
        {
            ObjectServerFault.NoConditions when isConditional => Error(context, 501, "NotImplemented"),
            ObjectServerFault.UnknownConditions when isConditional => Error(context, 400, "InvalidArgument"),
            ObjectServerFault.FailsForOne when isPicture && name.Contains("broken", StringComparison.Ordinal) =>
                Error(context, 500, "InternalError"),
            ObjectServerFault.Overloaded when isPicture => Error(context, 503, "SlowDown"),
            ObjectServerFault.ExpiredKeys when isPicture => Error(context, 400, "ExpiredToken"),
            ObjectServerFault.Suspended when isPicture || isArchive => Error(context, 403, "UserSuspended", message: null),
            ObjectServerFault.Empty => Status(context, 200, []),
            ObjectServerFault.IsSlow when isPicture && name.Contains("broken", StringComparison.Ordinal) => Wait(),
            ObjectServerFault.WebPage => Page(context),
            _ => null,
        };
    }

    private int List(HttpListenerContext context, string bucket)
    {
        string prefix = $"{bucket}/{context.Request.QueryString["prefix"]}", after = context.Request.QueryString["continuation-token"]
            ?? "";
        var found = _objects.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(one.Key, after) > 0)
            .OrderBy(one => one.Key, StringComparer.Ordinal).Take(PageSize + 1).ToArray();
        XNamespace space = "http://s3.amazonaws.com/doc/2006-03-01/";
        bool isCut = found.Length > PageSize;
        XElement list = new(
            space + "ListBucketResult",
            new XElement(space + "Name", bucket),
            new XElement(space + "IsTruncated", isCut ? "true" : "false"),
            isCut ? new XElement(space + "NextContinuationToken", found[PageSize - 1].Key) : null,
            found.Take(PageSize).Select(one => new XElement(
                space + "Contents",
                new XElement(space + "Key", one.Key[(bucket.Length + 1)..]),
                new XElement(
                    space + "LastModified", one.Value.Modified.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
                new XElement(space + "ETag", Tag(one.Value.Content)),
                new XElement(space + "Size", one.Value.Content.Length))));
        context.Response.ContentType = "application/xml";
        Write(context, Encoding.UTF8.GetBytes(list.ToString()));
        return 200;
    }

    private int Send(
        HttpListenerContext context, byte[] content, DateTime modified, bool isHead, ObjectServerFault? fault, string name)
    {
        HttpListenerResponse response = context.Response;
        response.Headers["Last-Modified"] = modified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["ETag"] = Tag(content);
        ReadOnlyMemory<byte> part = content;
        if (context.Request.Headers["Range"] is { } range && fault is not ObjectServerFault.NoRanges)
        {
            int[] ends = [.. range["bytes=".Length..].Split('-').Select(int.Parse)];
            part = content.AsMemory(ends[0], Math.Min(ends[1], content.Length - 1) - ends[0] + 1);
            response.StatusCode = 206;
        }

        bool isBroken = !isHead && fault switch
        {
            ObjectServerFault.BreaksOffOnce => _broken.TryAdd($"{name} {context.Request.Headers["Range"]}", true),
            ObjectServerFault.BreaksOff => name.Contains("broken", StringComparison.Ordinal),
            _ => false,
        };
        if (isHead)
        {
            response.ContentLength64 = content.Length;
        }
        else if (isBroken)
        {
            response.ContentLength64 = part.Length;
            response.OutputStream.Write(part.Span[..(part.Length / 2)]);
            response.OutputStream.Flush();
            response.Abort();
        }
        else if (fault is ObjectServerFault.NoLengths)
        {
            response.SendChunked = true;
            response.OutputStream.Write(part.Span);
        }
        else
        {
            Write(context, part.ToArray());
        }

        return response.StatusCode;
    }

    private static int Error(HttpListenerContext context, int status, string code) => Error(context, status, code, code);

    private static int Error(HttpListenerContext context, int status, string code, string? message)
    {
        context.Response.StatusCode = status;
        string text = message is null ? "" : $"<Message>{message}</Message>";
        if (context.Request.HttpMethod != "HEAD") Write(context, Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code>{text}</Error>"));
        return status;
    }

    private static int? Wait()
    {
        Thread.Sleep(TimeSpan.FromSeconds(4));
        return null;
    }

    private static int Page(HttpListenerContext context)
    {
        context.Response.ContentType = "text/html";
        Write(context, "<html><body>Welcome</body></html>"u8.ToArray());
        return 200;
    }

    private static int Status(HttpListenerContext context, int status, byte[] content)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["ETag"] = Tag(content);
        return status;
    }

    [SuppressMessage("Security", "CA5351", Justification = "Amazon's tag of an object that was put whole, which clients check.")]
    private static string Tag(byte[] content) => $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";

    private static void Write(HttpListenerContext context, byte[] content)
    {
        context.Response.ContentLength64 = content.Length;
        context.Response.OutputStream.Write(content);
    }
}
