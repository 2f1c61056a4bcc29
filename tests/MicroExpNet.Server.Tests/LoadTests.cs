using MicroExpNet.Benchmarks.Service;
using MicroExpNet.Tests;

namespace MicroExpNet.Server.Tests;

/// <summary>The program as a process of its own under load; <c>MicroExpNet.Benchmarks service</c> runs the same for longer.</summary>
[Collection(nameof(LoadTests))]
[CollectionDefinition(nameof(LoadTests), DisableParallelization = true)]
public sealed class LoadTests
{
    private static readonly byte[] Picture = File.ReadAllBytes(ReferenceData.Repository("src/MicroExpNet.Cli/Bench/sample.jpg"));

    [Fact]
    public async Task Many_clients_get_answers_or_429_and_memory_does_not_grow()
    {
        using ServiceProcess service = await StartAsync();
        LoadResult first = await new HttpLoad(service.Address, Picture).RunAsync(64, TimeSpan.FromSeconds(3));
        double before = service.Megabytes;
        LoadResult second = await new HttpLoad(service.Address, Picture).RunAsync(64, TimeSpan.FromSeconds(5));
        double after = service.Megabytes;

        AssertAnswered(first);
        AssertAnswered(second);
        Assert.InRange(after, 0, before + 100);
    }

    [Fact]
    public async Task Ten_times_too_many_clients_get_answers_or_429()
    {
        using ServiceProcess service = await StartAsync("--queue", "62");
        LoadResult load = await new HttpLoad(service.Address, Picture).RunAsync(640, TimeSpan.FromSeconds(3));
        AssertAnswered(load);
        Assert.Contains(429, load.Statuses.Keys);
        AssertAnswered(await new HttpLoad(service.Address, Picture).RunAsync(1, TimeSpan.FromSeconds(0.5)));
    }

    [Fact]
    public async Task After_a_termination_signal_all_that_was_sent_is_answered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal");
        using ServiceProcess service = await StartAsync();
        Task<LoadResult> load = new HttpLoad(service.Address, Picture).RunAsync(64, TimeSpan.FromSeconds(60));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        (int exitCode, TimeSpan elapsed) = await service.StopAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(elapsed.TotalSeconds, 0, 35);
        LoadResult result = await load;
        Assert.Equal([200], result.Statuses.Keys);
        Assert.Equal((0, 0), (result.Truncated, result.Unanswered));
    }

    private static Task<ServiceProcess> StartAsync(params string[] arguments) =>
        ServiceProcess.StartAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "mexp-server.dll"), .. arguments]);

    private static void AssertAnswered(LoadResult load)
    {
        Assert.Subset(new HashSet<int> { 200, 429 }, load.Statuses.Keys.ToHashSet());
        Assert.True(load.Done > 0, "nothing was recognised");
        Assert.Equal((0, 0), (load.Truncated, load.Unanswered));
    }
}
