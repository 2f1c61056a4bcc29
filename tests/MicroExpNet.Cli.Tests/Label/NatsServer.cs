using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>Debian's nats-server with JetStream, in a folder.</summary>
internal sealed class NatsServer : IDisposable
{
    private readonly string _folder;
    private Process _process;

    private NatsServer(string folder)
    {
        _folder = folder;
        using (TcpListener listener = new(IPAddress.Loopback, 0))
        {
            listener.Start();
            Url = $"nats://{listener.LocalEndpoint}";
        }

        _process = Run();
    }

    public string Url { get; }

    private static string Program => ((string[])["/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"])
        .FirstOrDefault(File.Exists) ?? "";

    public static NatsServer Start(string folder)
    {
        Requirement.Check(Program.Length > 0, "nats-server is not installed");
        return new NatsServer(folder);
    }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="name">The signal's name, without SIG.</param>
    public Task SignalAsync(string name) => MexpProcess.SignalAsync(_process, name);

    /// <summary>Starts it again, with what it had stored.</summary>
    public void StartAgain()
    {
        _process.Dispose();
        _process = Run();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private Process Run()
    {
        Process process = Process.Start(new ProcessStartInfo(
            Program, ["--addr", "127.0.0.1", "--port", new Uri(Url).Port.ToString(), "--jetstream", "--store_dir", _folder])
        {
            RedirectStandardError = true,
        })!;
        process.BeginErrorReadLine();
        for (int i = 0; i < 100; i++)
        {
            try
            {
                using TcpClient client = new("127.0.0.1", new Uri(Url).Port);
                break;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        return process;
    }
}
