using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace MicroExpNet.Benchmarks.Service;

/// <summary>The service as a process of its own, at a free port of this machine.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Its memory in megabytes, where the system says it.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="program">The program <c>mexp-server</c>, or <c>dotnet</c> with its assembly as the first argument.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<ServiceProcess> StartAsync(string program, params string[] arguments)
    {
        Process process = Process.Start(
            new ProcessStartInfo(program, [.. arguments, "--listen", "127.0.0.1:0"]) { RedirectStandardOutput = true })!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{program} did not start");
        string address = line.Split("http://")[1].Split(',')[0];
        ServiceProcess service = new(process, IPEndPoint.Parse(address));
        using HttpClient client = new();
        while (!(await client.GetAsync(new Uri($"http://{address}/readyz"))).IsSuccessStatusCode) await Task.Delay(20);
        return service;
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    /// <returns>Its exit code, and how long that took.</returns>
    public async Task<(int ExitCode, TimeSpan Elapsed)> StopAsync()
    {
        long start = Stopwatch.GetTimestamp();
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
        return (_process.ExitCode, Stopwatch.GetElapsedTime(start));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
