namespace MicroExpNet.Tests;

/// <summary>
/// What a test needs and a machine may lack: the test is skipped there, with the reason; on a machine that says <c>CI=true</c> it fails.
/// </summary>
internal static class Requirement
{
    /// <summary>Whether nothing may lack.</summary>
    public static bool IsStrict { get; } =
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Skips or fails the test unless what it needs is there.</summary>
    /// <param name="isThere">Whether it is.</param>
    /// <param name="reason">What lacks.</param>
    public static void Check(bool isThere, string reason)
    {
        if (IsStrict) Assert.True(isThere, reason);
        Assert.SkipUnless(isThere, reason);
    }
}
