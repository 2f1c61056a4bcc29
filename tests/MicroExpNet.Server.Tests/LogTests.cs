using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MicroExpNet.Server.Tests;

/// <summary>What the program writes while it runs: nothing that clients could fill a disk with.</summary>
public sealed class LogTests
{
    private const string Head = "POST /v1/recognize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n";
    private const string Form =
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; filename=a\r\n\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_that_leave_or_never_end_write_nothing()
    {
        ProcessStartInfo start = new(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "mexp-server.dll"), "--listen", "127.0.0.1:0", "--timeout", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            string line = (await process.StandardOutput.ReadLineAsync(Cancellation))!;
            IPEndPoint address = IPEndPoint.Parse(line.Split("http://")[1].Split(',')[0]);
            for (int i = 0; i < 40; i++) await ResetAsync(address, Head + (i % 2 == 0 ? "\r\n" : Form) + new string('a', 20_000));
            Assert.StartsWith("HTTP/1.1 408 ", await WaitAsync(address, Head + "\r\nabc"), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }

        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(Cancellation));
        Assert.Equal("", await process.StandardError.ReadToEndAsync(Cancellation));
    }

    private static async Task ResetAsync(IPEndPoint address, string text)
    {
        using TcpClient client = new() { LingerState = new LingerOption(enable: true, seconds: 0) };
        await client.ConnectAsync(address, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
        await Task.Delay(10, Cancellation);
    }

    private static async Task<string> WaitAsync(IPEndPoint address, string text)
    {
        using TcpClient client = new();
        await client.ConnectAsync(address, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
        using StreamReader reader = new(client.GetStream());
        return await reader.ReadToEndAsync(Cancellation);
    }
}
