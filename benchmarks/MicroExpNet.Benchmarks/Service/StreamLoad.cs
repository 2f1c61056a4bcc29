using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;

namespace MicroExpNet.Benchmarks.Service;

/// <summary>Clients that send the frames of a film over WebSockets, each frame when the answer to the last one has come.</summary>
/// <param name="address">The service's address.</param>
/// <param name="frames">The film, forth and back.</param>
internal sealed class StreamLoad(IPEndPoint address, IReadOnlyList<byte[]> frames)
{
    private long _answers;
    private long _faces;

    /// <summary>Runs the clients.</summary>
    /// <param name="streams">How many at once.</param>
    /// <param name="duration">How long.</param>
    /// <returns>Answers a second of all clients, and the faces of an answer on average.</returns>
    public async Task<(double Rate, double Faces)> RunAsync(int streams, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => Task.Run(() => RunClientAsync(start, duration))));
        return (_answers / Stopwatch.GetElapsedTime(start).TotalSeconds, (double)_faces / _answers);
    }

    private async Task RunClientAsync(long start, TimeSpan duration)
    {
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://{address}/v1/stream"), CancellationToken.None);
        byte[] answer = new byte[64 * 1024];
        for (int i = 0; Stopwatch.GetElapsedTime(start) < duration; i++)
        {
            int place = i % (2 * frames.Count);
            byte[] frame = frames[place < frames.Count ? place : (2 * frames.Count) - 1 - place];
            await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            WebSocketReceiveResult received = await socket.ReceiveAsync(answer, CancellationToken.None);
            Interlocked.Increment(ref _answers);
            Interlocked.Add(ref _faces, answer.AsSpan(0, received.Count).Count("\"track\":"u8));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
    }
}
