namespace MicroExpNet.Vision;

/// <summary>
/// Exponential smoothing of probabilities in time, whatever the frame rate. The more a frame differs from the smoothed past, the shorter
/// the memory: noise around one answer is averaged away, and a real change is followed within a few frames.
/// </summary>
internal static class ScoreSmoother
{
    /// <summary>Smooths the probabilities of a frame.</summary>
    /// <param name="past">The smoothed probabilities of the frame before; replaced by those of this frame.</param>
    /// <param name="now">This frame's probabilities, as many.</param>
    /// <param name="elapsed">The time between both frames, 0 or more.</param>
    /// <param name="time">The time constant, above 0.</param>
    public static void Smooth(Span<float> past, ReadOnlySpan<float> now, TimeSpan elapsed, TimeSpan time)
    {
        // A difference of 0 keeps the whole time constant, one of 1 none of it.
        double kept = 1 - Math.Min(1, Difference(past, now)), constant = time.TotalSeconds * kept * kept;
        float share = constant > 0 ? (float)(1 - Math.Exp(-elapsed.TotalSeconds / constant)) : 1;
        for (int i = 0; i < past.Length; i++) past[i] += share * (now[i] - past[i]);
    }

    /// <summary>The total variation distance of two frames' probabilities, 0 to 1.</summary>
    /// <param name="past">The probabilities of one.</param>
    /// <param name="now">Those of the other, as many.</param>
    public static double Difference(ReadOnlySpan<float> past, ReadOnlySpan<float> now)
    {
        double difference = 0;
        for (int i = 0; i < past.Length; i++) difference += Math.Abs(now[i] - past[i]) / 2;
        return difference;
    }
}
