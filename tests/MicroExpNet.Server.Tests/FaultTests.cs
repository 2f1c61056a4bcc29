using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using MicroExpNet.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MicroExpNet.Server.Tests;

/// <summary>Clients and pictures that mean harm: the service answers or ends them, serves others, and holds nothing afterwards.</summary>
public sealed class FaultTests
{
    private const string Head = "POST /v1/recognize HTTP/1.1\r\nHost: localhost\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Chunks of one byte, and one chunk whose extension never ends: neither counts towards a picture.
    [Theory]
    [InlineData("", "1\r\na\r\n")]
    [InlineData("1;", "aaaaaaaaaaaaaaaa")]
    public async Task A_chunked_body_without_end_is_ended(string begin, string again)
    {
        await using RunningService service = await RunningService.StartAsync(
            new ServerOptions { RequestTimeout = TimeSpan.FromSeconds(1), MaxBodyBytes = 1_000_000 });
        string part = string.Concat(Enumerable.Repeat(again, 100));
        string answer = await SendWithoutEndAsync(service, Head + "Transfer-Encoding: chunked\r\n\r\n" + begin, part);
        Assert.Matches("^(HTTP/1.1 (400|408|413) |$)", answer);
        await AssertServesAsync(service);
    }

    [Theory]
    [InlineData(200, 10)]
    [InlineData(5, 10_000)]
    [InlineData(1, 1_000_000)]
    public async Task A_flood_of_headers_gets_431(int count, int length)
    {
        await using RunningService service = await RunningService.StartAsync();
        StringBuilder head = new(Head);
        for (int i = 0; i < count; i++) head.Append("X-").Append(i).Append(": ").Append('a', length).Append("\r\n");
        string answer = await service.SendRawAsync(head + "Content-Length: 0\r\n\r\n");
        Assert.Matches("^(HTTP/1.1 431 |$)", answer);
        await AssertServesAsync(service);
    }

    [Theory]
    [InlineData("GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", "505")]
    [InlineData("GET /healthz HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 99\r\n"
        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", "426")]
    [InlineData("CONNECT /v1/stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "426")]
    public async Task What_is_not_spoken_here_is_refused(string text, string status)
    {
        await using RunningService service = await RunningService.StartAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", await service.SendRawAsync(text), StringComparison.Ordinal);
        await AssertServesAsync(service);
    }

    [Fact]
    public async Task HTTP_2_is_sent_away_in_its_own_words()
    {
        const byte goAway = 7, http11Required = 13;
        await using RunningService service = await RunningService.StartAsync();
        string answer = await service.SendRawAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Assert.Equal((17, goAway, http11Required), (answer.Length, (byte)answer[3], (byte)answer[16]));
        await AssertServesAsync(service);
    }

    [Fact]
    public async Task A_form_of_ten_thousand_parts_gets_413()
    {
        await using RunningService service = await RunningService.StartAsync();
        StringBuilder form = new();
        for (int i = 0; i < 10_000; i++) form.Append("--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n1\r\n");
        await RecognizeTests.AssertProblemAsync(await PostFormAsync(service, form + "--x--\r\n"), 413, "more than 64 files");
        await AssertServesAsync(service);
    }

    [Fact]
    public async Task Parts_with_too_many_or_endless_headers_and_forms_without_a_part_get_400()
    {
        await using RunningService service = await RunningService.StartAsync();
        string many = string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-{i}: a\r\n"));
        foreach (string form in new[]
        {
            "--x\r\n" + many + "Content-Disposition: form-data; name=a; filename=b\r\n\r\n1\r\n--x--\r\n",
            "--x\r\nX: " + new string('a', 1_000_000) + "\r\n\r\n1\r\n--x--\r\n",
            "--x\r\nContent-Disposition: \"\"\"\r\n\r\n1\r\n--x--\r\n",
            "--x\r\n\r\n1\r\n--x--\r\n",
            new string('a', 1_000_000),
            new string('-', 1_000_000),
        })
        {
            await RecognizeTests.AssertProblemAsync(await PostFormAsync(service, form), 400, "form");
        }

        await AssertServesAsync(service);
    }

    [Theory]
    [InlineData("filename=\"a\u0001\u001b[31mb\"")]
    [InlineData("filename*=UTF-8''a%0D%0A%00%1B%5B31mb")]
    [InlineData("filename*=UTF-8''a%C2%9B31m%E2%80%A8b")]
    [InlineData("filename*=UTF-8''%FF%FE%C0%80")]
    public async Task Control_characters_of_a_name_come_back_escaped(string name)
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage response = await PostFormAsync(
            service, $"--x\r\nContent-Disposition: form-data; name=a; {name}\r\n\r\nno picture\r\n--x--\r\n");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        string json = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.DoesNotContain(json, character => (char.IsControl(character) && character != '\n') || character == '\u2028');
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Contains("not a picture", document.RootElement[0].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(5000)]
    public async Task A_long_name_is_cut_between_characters(int letters)
    {
        await using RunningService service = await RunningService.StartAsync();
        string name = new string('a', letters) + "😀b";
        using HttpResponseMessage response = await service.PostAsync(Pictures.Sample, "?file=" + Uri.EscapeDataString(name));
        string file = (await RecognizeTests.JsonAsync(response)).GetProperty("file").GetString()!;
        Assert.InRange(file.Length, 254, 255);
        Assert.StartsWith(file, name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65_500, 1)]
    [InlineData(1, 65_500)]
    [InlineData(65_500, 20)]
    [InlineData(20, 65_500)]
    [InlineData(1, 1)]
    public async Task Pictures_and_frames_of_extreme_shapes_are_answered(int width, int height)
    {
        await using RunningService service = await RunningService.StartAsync();
        using Photo photo = new(new byte[4 * width * height], width, height);
        using MemoryStream jpeg = new();
        photo.Save(jpeg, PhotoFormat.Jpeg);
        foreach (byte[] picture in new[] { Pictures.Bomb(width, height), jpeg.ToArray() })
        {
            foreach (string query in new[] { "", "?faces=whole" })
            {
                using HttpResponseMessage response = await service.PostAsync(picture, query);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                JsonElement result = await RecognizeTests.JsonAsync(response);
                Assert.Equal((width, height), (result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32()));
                Assert.Equal(query.Length == 0 ? 0 : 1, result.GetProperty("faces").GetArrayLength());
            }
        }

        using ClientWebSocket socket = await StreamTests.ConnectAsync(service);
        byte[] gray = [.. "GRAY"u8, .. Pictures.Number(width), .. Pictures.Number(height), .. new byte[width * height]];
        foreach (byte[] frame in new[] { gray, jpeg.ToArray(), gray })
        {
            JsonElement answer = await StreamTests.AskAsync(socket, frame);
            Assert.Equal((width, 0), (answer.GetProperty("width").GetInt32(), answer.GetProperty("faces").GetArrayLength()));
        }
    }

    // A scan of a flat image is a few bytes, and costs a pass over all of its blocks.
    [Theory]
    [InlineData(90)]
    [InlineData(10_000)]
    public async Task A_progressive_picture_of_many_scans_is_no_work_for_minutes(int scans)
    {
        await using RunningService service = await RunningService.StartAsync();
        byte[] bomb = Pictures.ScanBomb(7000, 7000, scans);
        Assert.InRange(bomb.Length, 0, 2_000_000);
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        using HttpResponseMessage response = await service.PostAsync(bomb);
        Assert.InRange((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds, 0, 20);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, response.StatusCode.ToString());
        await AssertServesAsync(service);
    }

    [Fact]
    public async Task Idle_streams_take_nothing_from_requests_and_their_places_come_back()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { IdleTimeout = TimeSpan.FromSeconds(3) });
        ClientWebSocket[] idle = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => StreamTests.ConnectAsync(service)));
        await Assert.ThrowsAsync<WebSocketException>(() => StreamTests.ConnectAsync(service));
        Assert.Equal(HttpStatusCode.OK, (await service.PostAsync(Pictures.Sample)).StatusCode);
        foreach (ClientWebSocket half in idle.Take(16)) half.Dispose();
        await Eventually.TrueAsync(() => service.Get<StreamCount>().Value == 0, "idle and broken streams are gone");
        using ClientWebSocket next = await StreamTests.ConnectAsync(service);
        Assert.Equal(1, (await StreamTests.AskAsync(next, Pictures.GrayFrame())).GetProperty("faces").GetArrayLength());
        foreach (ClientWebSocket half in idle) half.Dispose();
    }

    // Fragments without bytes, and pings whose answers are never read.
    [Theory]
    [InlineData(0x02, 0x00)]
    [InlineData(0x89, 0x89)]
    public async Task A_stream_that_sends_no_frame_for_long_is_ended_whatever_it_sends(int first, int next)
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { IdleTimeout = TimeSpan.FromSeconds(1) });
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, service.Uri.Port, Cancellation);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"), Cancellation);
        await Eventually.TrueAsync(() => service.Get<StreamCount>().Value == 1, "the stream is open");
        byte[] message = [(byte)next, 0x80, 1, 2, 3, 4];
        byte[] messages = [.. Enumerable.Repeat(message, 1000).SelectMany(one => one)];
        Task sending = Task.Run(
            async () =>
            {
                await stream.WriteAsync(new byte[] { (byte)first, 0x80, 1, 2, 3, 4 }, Cancellation);
                while (service.Get<StreamCount>().Value > 0) await stream.WriteAsync(messages, Cancellation);
            },
            Cancellation);
        await Eventually.TrueAsync(() => service.Get<StreamCount>().Value == 0, "the stream is ended");
        await Task.WhenAny(sending, Task.Delay(1000, Cancellation));
        await AssertServesAsync(service);
    }

    [Fact]
    public async Task Requests_that_are_reset_over_HTTP_2_leave_nothing_held()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, one => one.Protocols = HttpProtocols.Http2));
        builder.Services.AddMicroExpNet(new ServerOptions { Workers = 1 });
        await using WebApplication app = builder.Build();
        app.MapMicroExpNet();
        await app.StartAsync(Cancellation);
        using HttpClient client = new()
        {
            BaseAddress = new Uri(app.Urls.Single()),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using CancellationTokenSource reset = new(TimeSpan.FromMilliseconds(i));
            try
            {
                using HttpResponseMessage _ = await client.PostAsync(
                    new Uri("/v1/recognize", UriKind.Relative), new ByteArrayContent(Pictures.Sample), reset.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
            {
                // The request was reset before its answer.
            }
        }));
        WorkGate gate = app.Services.GetRequiredService<WorkGate>();
        ByteBudget budget = app.Services.GetRequiredService<ByteBudget>();
        await Eventually.TrueAsync(() => budget.Used == 0 && gate.Busy == 0 && gate.Waiting == 0, "nothing is held");
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri("/v1/recognize", UriKind.Relative), new ByteArrayContent(Pictures.Sample), Cancellation);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
    }

    // After a fault, others are served, and nothing of it is held.
    private static async Task AssertServesAsync(RunningService service)
    {
        using HttpResponseMessage answer = await service.PostAsync(Pictures.Sample);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.TrueAsync(() => service.Budget.Used == 0 && service.Gate.Busy == 0, "nothing is held");
    }

    private static async Task<HttpResponseMessage> PostFormAsync(RunningService service, string form)
    {
        ByteArrayContent content = new(Encoding.UTF8.GetBytes(form));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        return await service.Client.PostAsync(new Uri("/v1/recognize", UriKind.Relative), content, Cancellation);
    }

    // Sends a part again and again until the service ends the connection, and returns what it answered before.
    private static async Task<string> SendWithoutEndAsync(RunningService service, string begin, string part)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, service.Uri.Port, Cancellation);
        NetworkStream stream = client.GetStream();
        Task<string> reading = ReadAsync(stream);
        byte[] bytes = Encoding.ASCII.GetBytes(part);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(begin), Cancellation);
            while (!reading.IsCompleted)
            {
                await stream.WriteAsync(bytes, Cancellation);
                await Task.Delay(1, Cancellation);
            }
        }
        catch (IOException)
        {
            // It has ended the connection.
        }

        return await reading.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        byte[] answer = new byte[10_000];
        int length = 0;
        try
        {
            int count;
            while ((count = await stream.ReadAsync(answer.AsMemory(length), Cancellation)) > 0) length += count;
        }
        catch (IOException)
        {
            // Reset: what came before is the answer.
        }

        return Encoding.UTF8.GetString(answer, 0, length);
    }
}
