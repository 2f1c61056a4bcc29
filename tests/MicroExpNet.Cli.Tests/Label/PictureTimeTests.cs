using MicroExpNet.Cli.Label;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>What counts as a picture's time.</summary>
public sealed class PictureTimeTests
{
    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waiting_for_memory_does_not_count()
    {
        MemoryBudget budget = new(100);
        MemoryBudget.Share all = budget.Take(100);
        using PictureTime time = new(TimeSpan.FromSeconds(30));
        time.Shorten(TimeSpan.FromSeconds(1));
        Task<MemoryBudget.Share> waiting = Task.Run(() => time.Take(budget, 1), Patience);
        await Task.Delay(TimeSpan.FromSeconds(2), Patience);
        Assert.False(waiting.IsCompleted || time.End.IsCancellationRequested);
        all.Dispose();
        (await waiting).Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(20), time.End));
    }

    [Fact]
    public async Task It_is_never_made_longer()
    {
        using PictureTime time = new(TimeSpan.FromMilliseconds(50));
        time.Shorten(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(20), time.End));
    }
}
