using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>A web server that says what it is asked for, and may not answer. Its first answer for <c>/cut…</c> breaks off;
/// <c>/file…</c> leads to a file of the machine.</summary>
internal sealed class SlowServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _picture = Pictures.Png();
    private int _cuts;
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SlowServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    /// <summary>The next request of <c>/slow…</c>.</summary>
    public Task AskedForSlow() => _asked.Task.WaitAsync(TimeSpan.FromMinutes(2));

    public void Forget() => _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers what waits.</summary>
    public void Release() => _release.TrySetResult();

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = AnswerAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using TcpClient taken = client;
        try
        {
            NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, leaveOpen: true);
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                string path = line.Split(' ')[1];
                while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 })
                {
                }

                if (path.StartsWith("/slow", StringComparison.Ordinal))
                {
                    _asked.TrySetResult();
                    await _release.Task.WaitAsync(_end.Token);
                }

                if (path.StartsWith("/file", StringComparison.Ordinal))
                {
                    await stream.WriteAsync(
                        "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _end.Token);
                    continue;
                }

                bool isThere = !path.StartsWith("/gone", StringComparison.Ordinal);
                byte[] body = isThere ? _picture : [];
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {(isThere ? "200 OK" : "404 Not Found")}\r\nContent-Length: {body.Length}\r\n\r\n"), _end.Token);
                bool isCut = path.StartsWith("/cut", StringComparison.Ordinal) && Interlocked.Increment(ref _cuts) == 1;
                await stream.WriteAsync(isCut ? body.AsMemory(0, body.Length / 2) : body, _end.Token);
                if (isCut) return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The process was killed, or the test has ended.
        }
    }
}
