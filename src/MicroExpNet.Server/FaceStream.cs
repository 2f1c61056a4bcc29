using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using MicroExpNet.Vision;

namespace MicroExpNet.Server;

/// <summary>
/// One client's stream: frames in, the faces of each out. Of frames that come faster than they are recognised, the newest is taken and the
/// others are skipped, so that answers never lag behind.
/// </summary>
internal sealed class FaceStream
{
    // Close codes of RFC 6455 and of IANA's registry that the enumeration lacks.
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    // How long a client may take to answer a close.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly RecognitionService _service;
    private readonly VideoRecognizer _recognizer;
    private readonly ServerOptions _options;
    private readonly ByteBudget _budget;
    private readonly ServerMetrics _metrics;
    private readonly Channel<StreamFrame> _newest;
    private readonly long _start = Stopwatch.GetTimestamp();

    // Why the stream ends.
    private (WebSocketCloseStatus Status, string Reason)? _end;

    /// <summary>Prepares a stream.</summary>
    public FaceStream(WebSocket socket, RecognitionService service, ServerOptions options, ByteBudget budget, ServerMetrics metrics)
    {
        (_socket, _service, _options, _budget, _metrics) = (socket, service, options, budget, metrics);
        _recognizer = service.CreateVideoRecognizer();
        BoundedChannelOptions one = new(1)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
            SingleWriter = true,
        };
        _newest = Channel.CreateBounded<StreamFrame>(one, Skip);
    }

    /// <summary>Answers frames until the client closes, breaks a rule or is gone, or the program stops.</summary>
    /// <param name="stopping">The program stops: the frame in work is answered, then the stream is closed.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        Task receiving = ReceiveAsync();
        await using (stopping.Register(() => End(WebSocketCloseStatus.EndpointUnavailable, "the service stops")))
        {
            await AnswerAsync();
        }

        await CloseAsync(receiving);
        while (_newest.Reader.TryRead(out StreamFrame? left)) left.Message.Dispose();
    }

    private void Skip(StreamFrame frame)
    {
        frame.Message.Dispose();
        _metrics.FrameSkipped();
    }

    private void End(WebSocketCloseStatus status, string reason)
    {
        _end ??= (status, reason);
        _newest.Writer.TryComplete();
    }

    private async Task ReceiveAsync()
    {
        ByteBuffer message = new(_budget, _options.MaxBodyBytes);
        try
        {
            for (long number = 1; await ReceiveMessageAsync(message); number++)
            {
                StreamFrame frame = new(number, Stopwatch.GetElapsedTime(_start), message);
                message = new ByteBuffer(_budget, _options.MaxBodyBytes);
                if (!_newest.Writer.TryWrite(frame)) frame.Message.Dispose();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has gone, or the stream was aborted.
        }
        finally
        {
            message.Dispose();
            _newest.Writer.TryComplete();
        }
    }

    // Whether a whole binary message came; if not, the stream ends.
    private async Task<bool> ReceiveMessageAsync(ByteBuffer message)
    {
        using CancellationTokenSource idle = new(_options.IdleTimeout);
        while (true)
        {
            Memory<byte> room = message.GetRoom();
            if (room.IsEmpty)
            {
                End(TryAgainLater, "too much is being received at once");
                return false;
            }

            ValueWebSocketReceiveResult received = await _socket.ReceiveAsync(room, idle.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                End(WebSocketCloseStatus.NormalClosure, "");
                return false;
            }

            if (received.MessageType == WebSocketMessageType.Text)
            {
                End(WebSocketCloseStatus.InvalidMessageType, "a text message; expected frames as binary messages");
                return false;
            }

            message.Advance(received.Count);
            if (message.IsTooLong)
            {
                End(WebSocketCloseStatus.MessageTooBig, $"a frame of more than {_options.MaxBodyBytes:#,0} bytes");
                return false;
            }

            if (received.EndOfMessage) return true;
        }
    }

    private async Task AnswerAsync()
    {
        try
        {
            await foreach (StreamFrame frame in _newest.Reader.ReadAllAsync())
            {
                FrameJson answer = await RecognizeAsync(frame);
                using CancellationTokenSource deadline = new(_options.SendTimeout);
                byte[] json = JsonSerializer.SerializeToUtf8Bytes(answer, StreamJson.Default.FrameJson);
                await _socket.SendAsync(json, WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has gone, or reads its answers no longer.
            _newest.Writer.TryComplete();
            _socket.Abort();
        }
    }

    private async Task<FrameJson> RecognizeAsync(StreamFrame frame)
    {
        await _service.Gate.EnterAsync(CancellationToken.None);
        try
        {
            using ByteBuffer message = frame.Message;
            if (GrayFrame.Is(message.Bytes)) return Recognize(frame, message.Bytes);
            using IDisposable memory = await _service.ReserveAsync(message.Bytes, CancellationToken.None);
            return Recognize(frame, message.Bytes);
        }
        finally
        {
            _service.Gate.Leave();
        }
    }

    private FrameJson Recognize(StreamFrame frame, ReadOnlySpan<byte> message)
    {
        long start = Stopwatch.GetTimestamp();
        FrameJson result = new()
        {
            Frame = frame.Number,
            Time = Math.Round(frame.Time.TotalSeconds, 3),
            Width = null,
            Height = null,
            Faces = [],
            Error = null,
        };
        if (GrayFrame.Is(message))
        {
            return GrayFrame.Read(message, _options.MaxPixels, out ImageView gray) is { } error
                ? result with { Error = error }
                : Recognize(result, gray, frame.Time, start);
        }

        try
        {
            if (!_service.ReadsGray)
            {
                using Photo colors = Photo.Load(message, "frame", _service.Limits);
                return Recognize(result, colors, frame.Time, start);
            }

            using GrayPhoto photo = GrayPhoto.Load(message, "frame", _service.Limits);
            return Recognize(result, photo, frame.Time, start);
        }
        catch (PhotoFormatException e)
        {
            return result with { Error = e.Message };
        }
    }

    private FrameJson Recognize(FrameJson result, ImageView image, TimeSpan time, long start)
    {
        ReadOnlySpan<TrackedFace> tracked = _recognizer.Recognize(image, time);
        TrackedFaceJson[] faces = new TrackedFaceJson[Math.Min(tracked.Length, _options.MaxFaces)];
        for (int i = 0; i < faces.Length; i++) faces[i] = TrackedFaceJson.Of(tracked[i]);
        _metrics.FrameDone(Stopwatch.GetElapsedTime(start), faces.Length);
        return result with { Width = image.Width, Height = image.Height, Faces = faces };
    }

    // Says goodbye, and waits a moment for the client's; a client that does not answer is cut off.
    private async Task CloseAsync(Task receiving)
    {
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                (WebSocketCloseStatus status, string reason) = _end ?? (WebSocketCloseStatus.NormalClosure, "");
                using CancellationTokenSource deadline = new(CloseTimeout);
                await _socket.CloseOutputAsync(status, reason, deadline.Token);
                await receiving.WaitAsync(deadline.Token);

                // Cutting it off with bytes unread would take the goodbye from the client.
                byte[] unread = new byte[4096];
                while (_socket.State == WebSocketState.CloseSent) await _socket.ReceiveAsync(unread.AsMemory(), deadline.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It has gone already.
        }

        if (_socket.State != WebSocketState.Closed) _socket.Abort();
        await receiving;
    }
}
