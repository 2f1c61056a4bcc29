using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MicroExpNet.Models;
using MicroExpNet.Server.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;

namespace MicroExpNet.Server.Tests;

/// <summary>What keeps the program from starting: one line and exit code 2. And what does not.</summary>
public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mexp");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_that_cannot_be_listened_at_is_one_line()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        string used = other.LocalEndpoint.ToString()!;
        Assert.Equal(
            $"--listen {used}: another program listens there; expected a free port", await RefusalAsync("--listen", used));

        // RFC 5737: an address for documentation, of no machine.
        Assert.Equal(
            "--listen 192.0.2.1:8080: this machine has no such address", await RefusalAsync("--listen", "192.0.2.1:8080"));
    }

    [Fact]
    public void A_prior_has_the_same_names_as_in_the_command()
    {
        foreach (ClassPrior prior in new[] { ClassPrior.Natural, ClassPrior.SquareRoot, ClassPrior.Uniform })
        {
            ExpressionRecognizer recognizer = ModelFiles.LoadRecognizer(null, prior.Name) ?? ExpressionRecognizer.Default;
            Assert.Equal(
                ExpressionRecognizer.Default.WithPrior(prior).Network.Model.Card.ClassFrequencies,
                recognizer.Network.Model.Card.ClassFrequencies);
        }
    }

    [Fact]
    public async Task A_path_that_cannot_be_listened_at_is_one_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "paths of this system");
        string missing = Path.Combine(_folder.FullName, "missing");
        Assert.Equal(
            $"--listen unix:{missing}/s: there is no folder {missing}", await RefusalAsync("--listen", $"unix:{missing}/s"));
        Assert.Equal(
            $"--listen unix:{_folder}: that is a folder; expected the path of a socket", await RefusalAsync("--listen", $"unix:{_folder}"));
        string file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "mine", Cancellation);
        Assert.Equal(
            $"--listen unix:{file}: a file is there already that is no socket; expected a path where nothing is",
            await RefusalAsync("--listen", $"unix:{file}"));
        Assert.Equal("mine", await File.ReadAllTextAsync(file, Cancellation));
        string path = "/tmp/" + new string('a', 120);
        Assert.StartsWith(
            $"--listen 'unix:{path}': a path of 125 bytes is too long for a socket; expected about 100 or fewer",
            await RefusalAsync("--listen", $"unix:{path}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.AccessDenied, "127.0.0.1:80: this user may not listen at that port; expected one from 1024 on")]
    [InlineData(SocketError.AddressAlreadyInUse, "127.0.0.1:80: another program listens there; expected a free port")]
    [InlineData(SocketError.AddressFamilyNotSupported, "127.0.0.1:80: this machine does not speak that kind of address")]
    public void What_the_system_refuses_names_the_address(SocketError error, string expected)
    {
        IPEndPoint address = new(IPAddress.Loopback, 80);
        Assert.Equal("--listen " + expected, BindFailure.Explain(address, new SocketException((int)error)).Message);
        Assert.Equal(
            "--listen 127.0.0.1:80: another program listens there; expected a free port",
            BindFailure.Explain(address, new AddressInUseException("in use")).Message);
    }

    [Fact]
    public async Task The_socket_of_a_killed_service_is_taken_and_that_of_a_running_one_left()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows' sockets are other files");
        string path = Path.Combine(_folder.FullName, "s");
        Leave(path);
        await using (WebApplication first = Create(path))
        {
            await first.StartAsync(Cancellation);
            Assert.Equal("""{"status":"healthy",""", (await AskAsync(path))[..20]);

            await using WebApplication second = Create(path);
            StartException refusal = await Assert.ThrowsAsync<StartException>(() => second.StartAsync(Cancellation));
            Assert.Equal($"--listen unix:{path}: another program listens there; expected a path of its own", refusal.Message);
            Assert.Equal("""{"status":"healthy",""", (await AskAsync(path))[..20]);
            await first.StopAsync(Cancellation);
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_folder_of_the_page_that_is_none_is_one_line()
    {
        string missing = Path.Combine(_folder.FullName, "missing");
        Assert.Equal($"--page {missing}: no such folder", await RefusalAsync("--page", missing));
        Assert.Equal(
            $"--page {_folder}: it has no index.html; expected the folder wwwroot of the published page",
            await RefusalAsync("--page", _folder.FullName));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static WebApplication Create(string path) => ServerApplication.Create(
        new ProgramOptions { Listen = [new UnixDomainSocketEndPoint(path)], Server = new ServerOptions(), PageFolder = "no such folder" });

    // .NET removes a socket's file when it closes the socket, unless the file has moved.
    private static void Leave(string path)
    {
        using Socket killed = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        killed.Bind(new UnixDomainSocketEndPoint(path + "0"));
        killed.Listen();
        File.Move(path + "0", path);
    }

    private static async Task<string> AskAsync(string path)
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient client = new(handler);
        return await client.GetStringAsync(new Uri("http://any.example/healthz"), Cancellation);
    }

    // The line of a program that does not start.
    private static async Task<string> RefusalAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "mexp-server.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(Cancellation);
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(2, process.ExitCode);
        string[] lines = (await error).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.Equal(["try 'mexp-server --help'"], lines[1..].DefaultIfEmpty("try 'mexp-server --help'"));
        return lines[0];
    }
}
