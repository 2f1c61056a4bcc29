using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MicroExpNet.Benchmarks.Service;

/// <summary>
/// Clients that post one picture again and again, each on a connection of its own that stays open. It speaks HTTP/1.1 over bare sockets, so
/// that it takes little of the processor that the service runs on.
/// </summary>
/// <param name="address">The service's address.</param>
/// <param name="picture">The picture's file.</param>
internal sealed class HttpLoad(IPEndPoint address, byte[] picture)
{
    // A client that is told to come again later does so after this time.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentBag<List<double>> _times = [];
    private int _truncated;
    private int _unanswered;

    /// <summary>Runs the clients.</summary>
    /// <param name="clients">How many at once.</param>
    /// <param name="duration">How long; a client ends earlier when the service takes no connection.</param>
    public async Task<LoadResult> RunAsync(int clients, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => RunClientAsync(start, duration))));
        double[] times = [.. _times.SelectMany(one => one).Order()];
        return new LoadResult(_statuses, times, _truncated, _unanswered, Stopwatch.GetElapsedTime(start));
    }

    private async Task RunClientAsync(long start, TimeSpan duration)
    {
        List<double> times = [];
        _times.Add(times);
        byte[] request =
        [
            .. Encoding.ASCII.GetBytes(
                $"POST /v1/recognize HTTP/1.1\r\nHost: {address}\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n"),
            .. picture,
        ];
        byte[] buffer = new byte[64 * 1024];
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address);
            }
            catch (SocketException)
            {
                return;
            }

            bool isOpen = true;
            while (isOpen && Stopwatch.GetElapsedTime(start) < duration)
            {
                long sent = Stopwatch.GetTimestamp();
                (int status, isOpen) = await AskAsync(socket, request, buffer);
                if (status == 0) continue;
                _statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (status == 200) times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                else await Task.Delay(Pause);
            }
        }
    }

    // The answer's status, or 0 if the connection was closed; and whether the service keeps the connection open.
    private async Task<(int Status, bool IsOpen)> AskAsync(Socket socket, byte[] request, byte[] buffer)
    {
        int length = 0;
        try
        {
            await SendAsync(socket, request);
            while (!IsComplete(buffer.AsSpan(0, length)))
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(length));
                if (count == 0) break;
                length += count;
            }
        }
        catch (SocketException)
        {
            // Counted below.
        }

        if (IsComplete(buffer.AsSpan(0, length)))
        {
            return (
                int.Parse(buffer.AsSpan(9, 3), CultureInfo.InvariantCulture),
                buffer.AsSpan(0, length).IndexOf("\r\nConnection: close\r\n"u8) < 0);
        }

        if (length > 0) Interlocked.Increment(ref _truncated);
        else Interlocked.Increment(ref _unanswered);
        return (0, false);
    }

    private static async Task SendAsync(Socket socket, byte[] request)
    {
        for (int sent = 0; sent < request.Length;) sent += await socket.SendAsync(request.AsMemory(sent));
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        ReadOnlySpan<byte> head = answer[..(end + 2)];
        int field = head.IndexOf("\r\nContent-Length: "u8);
        if (field < 0) return answer.EndsWith("0\r\n\r\n"u8);
        ReadOnlySpan<byte> value = head[(field + 18)..];
        return answer.Length == end + 4 + int.Parse(value[..value.IndexOf("\r\n"u8)], CultureInfo.InvariantCulture);
    }
}
