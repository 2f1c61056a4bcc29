using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using MicroExpNet.Server.Host;
using MicroExpNet.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server.Tests;

/// <summary>What stands around the endpoints.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Health_and_readiness_say_the_version()
    {
        await using RunningService service = await RunningService.StartAsync();
        await Eventually.TrueAsync(() => service.Get<WarmUp>().IsDone, "the models have run");
        foreach (string path in new[] { "/healthz", "/readyz" })
        {
            Assert.Equal($$"""{"status":"healthy","version":"{{ServerVersion.Value}}"}""", await GetAsync(service, path));
        }

        service.Get<IHostApplicationLifetime>().StopApplication();
        using HttpResponseMessage stopping = await service.Client.GetAsync(
            new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, stopping.StatusCode);
    }

    [Fact]
    public async Task Metrics_count_pictures_faces_and_refusals()
    {
        await using RunningService service = await RunningService.StartAsync();
        await service.PostAsync(Pictures.Sample);
        await service.PostAsync("no picture"u8.ToArray());
        string metrics = await GetAsync(service, "/metrics");
        foreach (string name in new[]
        {
            "microexpnet_pictures_total", "microexpnet_pictures_failed_total", "microexpnet_faces_total",
                "microexpnet_work_duration_seconds_bucket",
            "microexpnet_queue", "microexpnet_busy", "microexpnet_streams", "http_server_request_duration_seconds_count",
            "kestrel_active_connections",
        })
        {
            Assert.Contains('\n' + name + '{', metrics, StringComparison.Ordinal);
        }

        // Services of other tests in this process count on the same meter.
        foreach (string name in new[] { "pictures", "pictures_failed", "faces" })
        {
            Assert.Matches($@"\nmicroexpnet_{name}_total\{{[^}}]*\}} [1-9]", metrics);
        }
    }

    [Fact]
    public async Task Metrics_need_the_key_and_what_tells_nothing_of_pictures_needs_none()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { ApiKey = "s3cret" });
        foreach (string path in new[] { "/healthz", "/readyz", "/openapi/v1.json", "/try", "/" })
        {
            using HttpResponseMessage open = await service.Client.GetAsync(
                new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.NotEqual(HttpStatusCode.Unauthorized, open.StatusCode);
        }

        using HttpResponseMessage refused = await service.Client.GetAsync(
            new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics") { Headers = { { "X-Api-Key", "s3cret" } } };
        using HttpResponseMessage metrics = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        Assert.Contains(
            "microexpnet_streams", await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_has_both_endpoints_and_the_answers_fields()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { ApiKey = "s3cret" });
        using JsonDocument document = JsonDocument.Parse(await GetAsync(service, "/openapi/v1.json"));
        JsonElement root = document.RootElement;
        Assert.Equal(ServerVersion.Value, root.GetProperty("info").GetProperty("version").GetString());
        JsonElement recognize = root.GetProperty("paths").GetProperty("/v1/recognize").GetProperty("post");
        Assert.True(recognize.GetProperty("requestBody").GetProperty("content").TryGetProperty("image/jpeg", out _));
        foreach (string status in new[] { "200", "400", "401", "408", "413", "415", "422", "429", "503" })
        {
            Assert.True(recognize.GetProperty("responses").TryGetProperty(status, out _), status);
        }

        Assert.True(root.GetProperty("paths").GetProperty("/v1/stream").TryGetProperty("get", out _));
        JsonElement schemas = root.GetProperty("components").GetProperty("schemas");
        Assert.Equal(
            ["file", "width", "height", "faces", "warning", "error"],
            schemas.GetProperty("Picture").GetProperty("properties").EnumerateObject().Select(one => one.Name));
        Assert.Equal(
            ["box", "score", "eyes", "expression", "probability", "probabilities"],
            schemas.GetProperty("Face").GetProperty("properties").EnumerateObject().Select(one => one.Name));
        Assert.Equal(
            ["integer", "integer", "integer", "integer"],
            schemas.GetProperty("Box").GetProperty("properties").EnumerateObject()
                .Select(one => one.Value.GetProperty("type").GetString()));
        Assert.Equal(
            "number", schemas.GetProperty("Face").GetProperty("properties").GetProperty("probability").GetProperty("type").GetString());
        Assert.True(
            root.GetProperty("paths").GetProperty("/v1/stream").GetProperty("get").GetProperty("responses").TryGetProperty("101", out _));
        Assert.Equal("Recognize", recognize.GetProperty("operationId").GetString());
        Assert.Equal(
            $"curl -H 'Authorization: Bearer KEY' --data-binary @photo.jpg {service.Client.BaseAddress}v1/recognize",
            recognize.GetProperty("x-codeSamples")[0].GetProperty("source").GetString());
        Assert.Equal(
            "bearer", root.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("scheme").GetString());
    }

    [Fact]
    public async Task Without_its_folder_the_page_says_how_to_get_it()
    {
        await using RunningService service = await RunningService.StartAsync();
        string page = await GetAsync(service, "/");
        Assert.Contains("dotnet publish src/MicroExpNet.Web", page, StringComparison.Ordinal);
        Assert.Contains($"curl --data-binary @photo.jpg {service.Client.BaseAddress}v1/recognize", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_a_command_with_the_key_that_the_service_needs()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { ApiKey = "s3cret" });
        string page = WebUtility.HtmlDecode(await GetAsync(service, "/"));
        Assert.Contains(
            $"curl -H 'Authorization: Bearer KEY' --data-binary @photo.jpg {service.Client.BaseAddress}v1/recognize", page,
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://faces.example/api/", "https://faces.example/api/v1/recognize")]
    [InlineData("http:///", "http://127.0.0.1:8080/v1/recognize")]
    [InlineData(null, "http://127.0.0.1:8080/v1/recognize")]
    public void The_sample_command_keeps_a_prefix_and_always_has_a_host(string? service, string expected) =>
        Assert.Equal($"curl --data-binary @photo.jpg {expected}", SampleCommand.Text(service, "/v1/recognize", needsKey: false));

    [Fact]
    public async Task The_page_to_try_it_asks_no_other_host()
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage response = await service.Client.GetAsync(
            new Uri("/try", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(
            "connect-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        string page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("scalar.js", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        Assert.Contains("\"telemetry\":false", page.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_of_the_page_is_served_compressed_where_it_is()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mexp-page");
        try
        {
            await WriteAsync(folder, "index.html", "<p>the page</p>");
            await WriteAsync(folder, "_framework/dotnet.native.wasm", "plain");
            await WriteAsync(folder, "_framework/dotnet.native.wasm.br", "brotli");
            await using RunningService service = await RunningService.StartAsync(page: folder.FullName);
            Assert.Equal("<p>the page</p>", await GetAsync(service, "/"));
            Assert.Equal("plain", await GetAsync(service, "/_framework/dotnet.native.wasm"));
            service.Client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip, br");
            using HttpResponseMessage compressed = await service.Client.GetAsync(
                new Uri("/_framework/dotnet.native.wasm", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal("brotli", await compressed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal("br", Assert.Single(compressed.Content.Headers.ContentEncoding));
            Assert.Equal("application/wasm", compressed.Content.Headers.ContentType!.MediaType);
            Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(Pictures.Sample)).StatusCode);
            using HttpResponseMessage outside = await service.Client.GetAsync(
                new Uri("/..%2f..%2fetc/passwd", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("br", "", 200, "brotli", "br")]
    [InlineData("br;q=0, gzip", "", 200, "zipped", "gzip")]
    [InlineData("br;q=0, gzip;q=0.0", "", 200, "0123456789", "")]
    [InlineData("brotli", "", 200, "0123456789", "")]
    [InlineData("br", "bytes=2-4", 206, "234", "")]
    [InlineData("", "", 200, "0123456789", "")]
    public async Task A_compressed_file_is_sent_whole_to_who_takes_it(
        string accepted, string range, int status, string text, string encoding)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mexp-page");
        try
        {
            await WriteAsync(folder, "index.html", "<p>the page</p>");
            await WriteAsync(folder, "a.js", "0123456789");
            await WriteAsync(folder, "a.js.br", "brotli");
            await WriteAsync(folder, "a.js.gz", "zipped");
            await using RunningService service = await RunningService.StartAsync(page: folder.FullName);
            foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                // A range is a GET's.
                if (method == HttpMethod.Head && range.Length > 0) continue;
                using HttpRequestMessage request = new(method, "/a.js");
                if (accepted.Length > 0) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
                if (range.Length > 0) request.Headers.TryAddWithoutValidation("Range", range);
                using HttpResponseMessage answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
                string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.Equal((status, method == HttpMethod.Get ? text : ""), ((int)answer.StatusCode, body));
                Assert.Equal(text.Length, answer.Content.Headers.ContentLength);
                Assert.Equal(encoding, string.Join(',', answer.Content.Headers.ContentEncoding));
                Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
                Assert.Equal("Accept-Encoding", Assert.Single(answer.Headers.Vary));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/try/")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/healthz")]
    [InlineData("/metrics")]
    public async Task HEAD_is_answered_as_GET_without_a_body(string path)
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage get = await service.Client.GetAsync(
            new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        using HttpResponseMessage head = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (get.StatusCode, head.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal("", await head.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    // A site whose name was made to lead here asks for its own name; a stream tells whose page opened it.
    [Theory]
    [InlineData("localhost:8080", null, false, 200)]
    [InlineData("127.0.0.1", null, false, 200)]
    [InlineData("[::1]:8080", null, false, 200)]
    [InlineData("evil.example", null, false, 403)]
    [InlineData("localhost.evil.example:8080", null, false, 403)]
    [InlineData("10.1.2.3", null, false, 403)]
    [InlineData("evil.example", null, true, 200)]
    [InlineData("localhost:8080", "http://evil.example", false, 200)]
    public async Task Without_a_key_this_machine_alone_asks(string host, string? origin, bool hasKey, int status)
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { ApiKey = hasKey ? "s3cret" : null });
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics") { Headers = { Host = host } };
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (hasKey) request.Headers.Add("X-Api-Key", "s3cret");
        using HttpResponseMessage answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        if (status == 200) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        else await RecognizeTests.AssertProblemAsync(answer, 403, $"the host is '{host.Split(':')[0]}'; expected localhost, 127.0.0.1");
    }

    [Theory]
    [InlineData("localhost:8080", "http://localhost:8080", 101)]
    [InlineData("localhost", "http://localhost", 101)]
    [InlineData("localhost:8080", null, 101)]
    [InlineData("localhost:8080", "http://localhost:3000", 403)]
    [InlineData("localhost:8080", "https://evil.example", 403)]
    [InlineData("localhost:8080", "null", 403)]
    [InlineData("evil.example", "http://evil.example", 403)]
    public async Task Without_a_key_no_other_site_opens_a_stream(string host, string? origin, int status)
    {
        await using RunningService service = await RunningService.StartAsync();
        using ClientWebSocket socket = new();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Host", host);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        Uri address = new UriBuilder(service.Uri) { Scheme = "ws", Path = "/v1/stream" }.Uri;
        Task connected = socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        if (status == 101) await connected;
        else await Assert.ThrowsAsync<WebSocketException>(() => connected);
        Assert.Equal(status, (int)socket.HttpStatusCode);
    }

    [Fact]
    public async Task The_endpoints_work_in_an_application_of_ones_own()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Services.AddMicroExpNet(new ServerOptions { Workers = 1 });
        await using WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapMicroExpNet("/faces").WithTags("faces");
        app.MapMicroExpNet("/again");
        app.MapGet("/scores", () => Results.Json(new ExpressionScores([0, 0, 0, 0, 0, 1, 0, 0])));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.Single()) };
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri("/faces/recognize", UriKind.Relative), new ByteArrayContent(Pictures.Sample), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string scores = await client.GetStringAsync(new Uri("/scores", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("""{"neutral":0,"anger":0,"contempt":0,"disgust":0,"fear":0,"happy":1,"sadness":0,"surprise":0}""", scores);
        Assert.Equal(Expression.Happy, JsonSerializer.Deserialize<ExpressionScores>(scores).Top);
    }

    [Fact]
    public async Task An_application_that_forgets_the_service_or_adds_it_twice_is_told()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        await using (WebApplication without = builder.Build())
        {
            Assert.Contains(
                "call builder.Services.AddMicroExpNet()",
                Assert.Throws<InvalidOperationException>(() => without.MapMicroExpNet()).Message, StringComparison.Ordinal);
        }

        builder = WebApplication.CreateBuilder();
        Assert.Contains(
            "a detection interval of 0 frames; expected 1 to",
            Assert.Throws<ArgumentException>(
                () => builder.Services.AddMicroExpNet(new ServerOptions { Video = new VideoOptions { DetectionInterval = 0 } })).Message,
            StringComparison.Ordinal);
        builder.Services.AddMicroExpNet();
        Assert.Throws<InvalidOperationException>(() => builder.Services.AddMicroExpNet());
    }

    private static async Task WriteAsync(DirectoryInfo folder, string name, string text)
    {
        string path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
    }

    private static async Task<string> GetAsync(RunningService service, string path) =>
        await service.Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
}
