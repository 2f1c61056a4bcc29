namespace MicroExpNet.Tests;

/// <summary>Compares grey pictures with reference data.</summary>
internal static class GrayLevels
{
    /// <summary>Within 1 grey level on 99.9% of the pixels, and 3 at most.</summary>
    public static void AssertClose(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        int above = 0;
        int largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            int difference = Math.Abs(expected[i] - actual[i]);
            largest = Math.Max(largest, difference);
            if (difference > 1) above++;
        }

        Assert.True(
            above * 1000L <= expected.Length
            && largest <= 3, $"{above} of {expected.Length} pixels differ by more than 1, the largest by {largest}");
    }
}
