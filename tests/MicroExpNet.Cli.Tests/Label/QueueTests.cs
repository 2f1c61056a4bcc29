using System.Diagnostics;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>Workers that take units from NATS JetStream, and come and go.</summary>
public sealed class QueueTests : IDisposable
{
    private readonly LabelFolder _label = new();

    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    public void Dispose() => _label.Dispose();

    [Fact]
    public async Task Workers_that_are_killed_and_added_lose_nothing_and_double_nothing()
    {
        using NatsServer nats = NatsServer.Start(_label.Folder["nats/x"]);
        using SlowServer server = new();
        string[] photos = _label.Pictures(60);
        string list = _label.List("list.txt", [.. photos[..20], $"{server.Url}/slow.png", .. photos[20..]]);
        string[] arguments = [list, "--unit", "2", "--queue", nats.Url, "--lease", "2", "--faces", "whole"];

        // One worker dies with a unit in work; two go on, and the lease brings the unit to one of them.
        using Process killed = MexpProcess.Start(["label", .. arguments, "--model", TestModel.Path, "-o", _label.Output]);
        await server.AskedForSlow();
        killed.Kill();
        await killed.WaitForExitAsync(Patience);
        Assert.InRange(_label.Parts.Length, 1, 30);
        server.Release();
        Mexp[] others = await Task.WhenAll(_label.LabelAsync(arguments), _label.LabelAsync(arguments));

        Assert.All(others, other => Assert.True(other.ExitCode == ExitCode.Success, other.Error));
        Assert.Equal(31, _label.Parts.Length);
        Assert.Equal(61, (await _label.FilesOfRowsAsync()).Length);
        Assert.Empty(_label.Leftovers);

        // The queue is empty; a worker that comes late has nothing to do.
        Mexp late = await _label.LabelAsync(arguments);
        Assert.Equal((ExitCode.Success, ""), (late.ExitCode, late.Output));

        // What went missing afterwards is published anew by --plan, and by nothing else.
        File.Delete(Path.Combine(_label.Output, _label.Parts[3]));
        Mexp missing = await _label.LabelAsync(arguments);
        Assert.Equal(ExitCode.InputFailed, missing.ExitCode);
        Assert.Equal("mexp: the queue is empty, and 1 units are not done; --plan publishes them anew", missing.ErrorLines[^1]);
        Assert.Equal(
            "31 units, 30 of them done: 61 pictures and films, 0 archives\n", (await _label.LabelAsync([.. arguments, "--plan"])).Output);
        Assert.Equal(ExitCode.Success, (await _label.LabelAsync(arguments)).ExitCode);
        Assert.Equal(31, _label.Parts.Length);
    }

    [Fact]
    public async Task Workers_that_start_at_the_same_time_share_the_units()
    {
        using NatsServer nats = NatsServer.Start(_label.Folder["nats/x"]);
        string list = _label.List("list.txt", _label.Pictures(80));
        string[] arguments = [list, "--unit", "2", "--queue", nats.Url, "--faces", "whole"];

        Mexp[] workers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _label.LabelAsync(arguments)));

        Assert.All(workers, worker => Assert.Equal((ExitCode.Success, ""), (worker.ExitCode, worker.Error)));
        Assert.Equal(40, workers.Sum(worker => worker.OutputLines.Length));
        Assert.Equal(80, (await _label.FilesOfRowsAsync()).Length);
    }

    [Fact]
    public async Task A_server_that_is_away_is_waited_for_with_a_line()
    {
        using NatsServer nats = NatsServer.Start(_label.Folder["nats/x"]);
        using SlowServer server = new();
        string[] photos = _label.Pictures(6);
        string list = _label.List("list.txt", [$"{server.Url}/slow.png", .. photos]);
        Task<Mexp> run = _label.LabelAsync(list, "--unit", "2", "--queue", nats.Url, "--lease", "2", "--faces", "whole");
        await server.AskedForSlow();
        nats.Kill();
        server.Release();
        await Task.Delay(2000, Patience);
        Assert.False(run.IsCompleted);
        nats.StartAgain();
        Mexp worker = await run;
        Assert.True(worker.ExitCode == ExitCode.Success, worker.Error);
        Assert.Equal(
            [
                $"mexp: --queue {nats.Url}: the server is away; waiting until it is back", $"mexp: --queue {nats.Url}: the server is back",
            ],
            worker.ErrorLines);
        Assert.Equal(7, (await _label.FilesOfRowsAsync()).Length);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals");
        using NatsServer nats = NatsServer.Start(_label.Folder["nats/x"]);
        using SlowServer server = new();
        string list = _label.List("list.txt", [$"{server.Url}/slow.png", .. _label.Pictures(2)]);
        Task<Mexp> run = _label.LabelAsync(list, "--unit", "2", "--queue", nats.Url, "--faces", "whole");
        await server.AskedForSlow();
        await nats.SignalAsync("STOP");
        server.Release();
        await Task.Delay(TimeSpan.FromSeconds(8), Patience);
        Assert.False(run.IsCompleted);
        await nats.SignalAsync("CONT");
        Mexp worker = await run;
        Assert.True(worker.ExitCode == ExitCode.Success, worker.Error);
        Assert.Equal(3, (await _label.FilesOfRowsAsync()).Length);
    }

    [Fact]
    public async Task A_unit_that_ends_its_workers_is_given_up_to_a_list()
    {
        using NatsServer nats = NatsServer.Start(_label.Folder["nats/x"]);
        string list = _label.List("list.txt", _label.Pictures(4));
        string[] arguments = [list, "--unit", "2", "--queue", nats.Url, "--faces", "whole"];
        Assert.Equal(0, (await _label.LabelAsync(arguments)).ExitCode);
        string part = _label.Parts[1], unit = Path.GetFileNameWithoutExtension(part)["part-".Length..];
        File.Delete(Path.Combine(_label.Output, part));
        await _label.LabelAsync([.. arguments, "--plan"]);
        for (int i = 0; i < 3; i++) _label.Folder.Write($"out/_label/tries/{unit}/{i}", []);

        Mexp run = await _label.LabelAsync(arguments);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains("unit 1 is given up", run.Error, StringComparison.Ordinal);
        Assert.Equal([unit], Directory.GetFiles(Path.Combine(_label.Output, "_label", "given-up")).Select(Path.GetFileName));
        Assert.Equal(1, (await Mexp.RunAsync("label", "--status", _label.Output, "--json")).Json.GetProperty("units_given_up").GetInt32());
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_one_line()
    {
        string list = _label.List("list.txt", _label.Pictures(1));
        Mexp run = await _label.LabelAsync(list, "--queue", "nats://127.0.0.1:1");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.StartsWith("mexp: --queue nats://127.0.0.1:1: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:4222")]
    [InlineData("nats://127.0.0.1:port")]
    [InlineData("two words")]
    [InlineData("nats://127.0.0.1:1,http://127.0.0.1:1")]
    public async Task An_address_that_is_none_of_a_queue_is_one_line(string address)
    {
        Mexp run = await _label.LabelAsync(_label.List("list.txt", _label.Pictures(1)), "--queue", address);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(
            [$"mexp: --queue {address}: not the address of a NATS server; expected nats://HOST:PORT"], run.ErrorLines);
    }
}
