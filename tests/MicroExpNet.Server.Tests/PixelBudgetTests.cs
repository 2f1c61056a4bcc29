namespace MicroExpNet.Server.Tests;

public sealed class PixelBudgetTests
{
    [Fact]
    public async Task Pictures_wait_for_the_memory_of_those_before_them()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using PixelBudget budget = new(maxPixels: 50_000_000, bytes: 100_000_000);
        IDisposable large = await budget.ReserveAsync(30_000_000, cancellationToken);
        IDisposable small = await budget.ReserveAsync(300_000, cancellationToken);
        Task<IDisposable> waiting = budget.ReserveAsync(50_000_000, cancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        large.Dispose();
        Assert.False(waiting.IsCompleted);
        small.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_client_that_waits_no_longer_leaves_the_queue()
    {
        using PixelBudget budget = new(maxPixels: 1_000_000, bytes: 1);
        using IDisposable all = await budget.ReserveAsync(1_000_000, TestContext.Current.CancellationToken);
        using CancellationTokenSource impatient = new();
        Task<IDisposable> waiting = budget.ReserveAsync(1_000_000, impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        all.Dispose();
        (await budget.ReserveAsync(1_000_000, TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact]
    public async Task With_more_memory_more_pictures_are_decoded_at_once()
    {
        using PixelBudget budget = new(maxPixels: 50_000_000, bytes: 16_000_000_000);
        for (int i = 0; i < 20; i++)
        {
            Task<IDisposable> picture = budget.ReserveAsync(50_000_000, TestContext.Current.CancellationToken).AsTask();
            Assert.True(picture.IsCompletedSuccessfully, $"picture {i + 1} waits");
        }

        Assert.False(budget.ReserveAsync(50_000_000, TestContext.Current.CancellationToken).AsTask().IsCompleted);
    }
}
