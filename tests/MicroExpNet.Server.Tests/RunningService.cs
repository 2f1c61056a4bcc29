using System.Net;
using System.Net.Sockets;
using System.Text;
using MicroExpNet.Server.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MicroExpNet.Server.Tests;

/// <summary>The program's application on Kestrel, at a free port.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningService(WebApplication app)
    {
        _app = app;
        Uri = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Uri };
    }

    public Uri Uri { get; }

    public HttpClient Client { get; }

    public WorkGate Gate => Get<WorkGate>();

    public ByteBudget Budget => Get<ByteBudget>();

    public static async Task<RunningService> StartAsync(ServerOptions? options = null, string page = "no such folder")
    {
        WebApplication app = ServerApplication.Create(
            new ProgramOptions
            {
                Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
                Server = options ?? new ServerOptions(),
                PageFolder = page,
            });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningService(app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public Task<HttpResponseMessage> PostAsync(byte[] body, string query = "") =>
        Client.PostAsync(
            new Uri("/v1/recognize" + query, UriKind.Relative), new ByteArrayContent(body), TestContext.Current.CancellationToken);

    /// <summary>Takes all workers, so that what comes waits.</summary>
    public async Task<IDisposable> HoldWorkersAsync(int workers)
    {
        for (int i = 0; i < workers; i++) await Gate.EnterAsync(TestContext.Current.CancellationToken);
        return new Held(Gate, workers);
    }

    /// <summary>Sends bytes as they are and returns what comes until the service closes or a time is over.</summary>
    public async Task<string> SendRawAsync(string text, bool closes = false)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, Uri.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The service has answered, and closed before it read all.
        }

        if (closes) return "";
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, patience.Token)) > 0)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // What came is the answer.
        }

        return answer.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class Held(WorkGate gate, int workers) : IDisposable
    {
        private int _left = workers;

        public void Dispose()
        {
            for (; _left > 0; _left--) gate.Leave();
        }
    }
}
