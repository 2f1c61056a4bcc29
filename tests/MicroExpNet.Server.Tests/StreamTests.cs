using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using MicroExpNet.Vision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MicroExpNet.Server.Tests;

public sealed class StreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_and_grey_frames_give_faces_with_the_track_of_before()
    {
        await using RunningService service = await RunningService.StartAsync();
        using ClientWebSocket socket = await ConnectAsync(service);
        using Photo photo = Photo.Load(Pictures.Sample, "sample");
        using MemoryStream jpeg = new();
        photo.Save(jpeg, PhotoFormat.Jpeg);
        byte[][] frames = [Pictures.Sample, Pictures.GrayFrame(), jpeg.ToArray()];
        for (int i = 0; i < frames.Length; i++)
        {
            JsonElement answer = await AskAsync(socket, frames[i]);
            Assert.Equal(["frame", "time", "width", "height", "faces", "error"], answer.EnumerateObject().Select(one => one.Name));
            Assert.Equal((i + 1, 512, 512), (Int(answer, "frame"), Int(answer, "width"), Int(answer, "height")));
            JsonElement face = Assert.Single(answer.GetProperty("faces").EnumerateArray());
            Assert.Equal(
                ["track", "box", "score", "eyes", "expression", "probability", "probabilities"],
                face.EnumerateObject().Select(one => one.Name));
            Assert.Equal((1, "happy"), (Int(face, "track"), face.GetProperty("expression").GetString()));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await Eventually.TrueAsync(() => service.Get<StreamCount>().Value == 0 && service.Budget.Used == 0, "the stream is gone");
    }

    // Browsers open a WebSocket over the HTTP/2 connection of their page, where an application offers both over TLS.
    [Fact]
    public async Task A_stream_opens_over_HTTP_2()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, one => one.Protocols = HttpProtocols.Http2));
        builder.Services.AddMicroExpNet();
        await using WebApplication app = builder.Build();
        app.MapMicroExpNet("/faces");
        await app.StartAsync(Cancellation);
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        using ClientWebSocket socket = new();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{new Uri(app.Urls.Single()).Port}/faces/stream"), invoker, Cancellation);
        for (int frame = 1; frame <= 3; frame++)
        {
            JsonElement answer = await AskAsync(socket, Pictures.Sample);
            Assert.Equal((frame, 1), (Int(answer, "frame"), answer.GetProperty("faces").GetArrayLength()));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_broken_frame_is_an_error_and_the_stream_goes_on()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { MaxPixels = 1_000_000 });
        using ClientWebSocket socket = await ConnectAsync(service);
        (byte[] Frame, string Error)[] broken =
        [
            ([], "frame: the file is empty"),
            ([1, 2, 3], "frame: not a picture"),
            ([.. "GRAY"u8, 1], "a grey frame of 5 bytes; expected a header of 8"),
            ([.. "GRAY"u8, 0, 0, 5, 0], "a grey frame of 0×5 pixels"),
            ([.. "GRAY"u8, 2, 0, 2, 0, 9, 9, 9], "3 bytes after the header for 2×2 pixels; expected 4"),
            ([.. "GRAY"u8, 255, 255, 255, 255], "the frame claims 65535×65535 pixels"),
            (Pictures.Bomb(30_000, 30_000), "claims 30000×30000 pixels"),
        ];
        foreach ((byte[] frame, string error) in broken)
        {
            JsonElement answer = await AskAsync(socket, frame);
            Assert.Contains(error, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
            Assert.Equal(0, answer.GetProperty("faces").GetArrayLength());
        }

        Assert.Equal(1, (await AskAsync(socket, Pictures.GrayFrame())).GetProperty("faces").GetArrayLength());
        Assert.Equal(0, (await AskAsync(socket, [.. "GRAY"u8, 1, 0, 1, 0, 77])).GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public async Task Of_frames_that_come_too_fast_the_newest_is_answered()
    {
        long skipped = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Name == "microexpnet.frames.skipped") meters.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref skipped, count));
        listener.Start();
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { Workers = 1 });
        using ClientWebSocket socket = await ConnectAsync(service);
        Assert.Equal(1, Int(await AskAsync(socket, Pictures.GrayFrame()), "frame"));
        using (await service.HoldWorkersAsync(1))
        {
            for (int i = 0; i < 10; i++)
            {
                await SendAsync(socket, Pictures.GrayFrame());

                // The first of them is taken before the next ones come.
                if (i == 0) await Task.Delay(300, Cancellation);
            }

            await Eventually.TrueAsync(() => Interlocked.Read(ref skipped) == 8, "eight frames are skipped");
        }

        Assert.Equal(2, Int(await ReceiveAsync(socket), "frame"));
        Assert.Equal(11, Int(await ReceiveAsync(socket), "frame"));
    }

    [Fact]
    public async Task A_text_message_ends_the_stream()
    {
        await using RunningService service = await RunningService.StartAsync();
        using ClientWebSocket socket = await ConnectAsync(service);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        await AssertClosedAsync(socket, WebSocketCloseStatus.InvalidMessageType, "expected frames as binary messages");
    }

    [Fact]
    public async Task A_frame_that_is_too_long_ends_the_stream()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { MaxBodyBytes = 100_000 });
        using ClientWebSocket socket = await ConnectAsync(service);
        await SendAsync(socket, new byte[100_001]);
        await AssertClosedAsync(socket, WebSocketCloseStatus.MessageTooBig, "a frame of more than 100,000 bytes");
    }

    [Fact]
    public async Task Streams_beyond_the_limit_get_429()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { MaxStreams = 1 });
        using ClientWebSocket first = await ConnectAsync(service);
        using ClientWebSocket second = new();
        second.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => second.ConnectAsync(Address(service), Cancellation));
        Assert.Equal(HttpStatusCode.TooManyRequests, second.HttpStatusCode);
        await first.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
        await Eventually.TrueAsync(() => service.Get<StreamCount>().Value == 0, "the first stream is gone");
        using ClientWebSocket third = await ConnectAsync(service);
    }

    [Fact]
    public async Task A_stream_needs_the_key_too()
    {
        await using RunningService service = await RunningService.StartAsync(new ServerOptions { ApiKey = "s3cret" });
        using ClientWebSocket refused = new();
        refused.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => refused.ConnectAsync(Address(service), Cancellation));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.HttpStatusCode);
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("X-Api-Key", "s3cret");
        await socket.ConnectAsync(Address(service), Cancellation);
    }

    [Fact]
    public async Task A_client_that_sends_nothing_is_dropped()
    {
        await using RunningService service = await RunningService.StartAsync(
            new ServerOptions { IdleTimeout = TimeSpan.FromSeconds(0.3) });
        using ClientWebSocket socket = await ConnectAsync(service);
        await Eventually.TrueAsync(() => service.Get<StreamCount>().Value == 0, "the stream is dropped");
    }

    [Fact]
    public async Task A_client_that_stops_reading_is_dropped()
    {
        await using RunningService service = await RunningService.StartAsync(
            new ServerOptions { SendTimeout = TimeSpan.FromSeconds(0.5) });
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp)
                {
                    ReceiveBufferSize = 4096,
                };
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpMessageInvoker invoker = new(handler);
        using ClientWebSocket client = new();
        await client.ConnectAsync(Address(service), invoker, Cancellation);

        // The system holds some megabytes for a client. Frames that cost no work fill them soonest, on a busy machine too.
        byte[] frame = [1, 2, 3];
        Task sending = Task.Run(
            async () =>
            {
                while (service.Get<StreamCount>().Value > 0) await SendAsync(client, frame);
            },
            Cancellation);
        await Eventually.TrueAsync(() => service.Get<StreamCount>().Value == 0, "the stream is dropped");
        await Task.WhenAny(sending, Task.Delay(5000, Cancellation));
        Assert.Equal(0, service.Gate.Busy);
        await Eventually.TrueAsync(() => service.Budget.Used == 0, "its buffers are given back");
    }

    [Fact]
    public async Task A_stream_is_closed_when_the_service_stops()
    {
        await using RunningService service = await RunningService.StartAsync();
        using ClientWebSocket socket = await ConnectAsync(service);
        Assert.Equal(1, Int(await AskAsync(socket, Pictures.GrayFrame()), "frame"));
        Task stop = service.StopAsync();
        await AssertClosedAsync(socket, WebSocketCloseStatus.EndpointUnavailable, "the service stops");
        await stop;
    }

    private static Uri Address(RunningService service) => new($"ws://127.0.0.1:{service.Uri.Port}/v1/stream");

    internal static async Task<ClientWebSocket> ConnectAsync(RunningService service)
    {
        ClientWebSocket socket = new();
        await socket.ConnectAsync(Address(service), Cancellation);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] frame) =>
        socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, Cancellation);

    internal static async Task<JsonElement> AskAsync(ClientWebSocket socket, byte[] frame)
    {
        await SendAsync(socket, frame);
        return await ReceiveAsync(socket);
    }

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[100_000];
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(length), Cancellation);
            Assert.Equal(WebSocketMessageType.Text, received.MessageType);
            length += received.Count;
            if (received.EndOfMessage) return JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement;
        }
    }

    private static async Task AssertClosedAsync(ClientWebSocket socket, WebSocketCloseStatus status, string reason)
    {
        WebSocketReceiveResult received = await socket.ReceiveAsync(new ArraySegment<byte>(new byte[1000]), Cancellation);
        Assert.Equal((WebSocketMessageType.Close, status), (received.MessageType, received.CloseStatus));
        Assert.Contains(reason, received.CloseStatusDescription, StringComparison.Ordinal);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancellation);
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
