namespace MicroExpNet.Server.Tests;

/// <summary>Waits for what other threads bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        DateTime end = DateTime.UtcNow + Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, $"after {Patience.TotalSeconds} s, still not: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
