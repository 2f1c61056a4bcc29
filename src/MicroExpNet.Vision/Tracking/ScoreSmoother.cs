namespace MicroExpNet.Vision;

/// <summary>
/// Exponential smoothing of probabilities in time, whatever the frame rate. The more a frame differs from the smoothed past, the shorter
/// the
/// memory: noise around one answer is averaged away, and a real change is followed within a few frames.
/// </summary>
internal static class ScoreSmoother
{
    /// <summary>The smoothed probabilities.</summary>
    /// <param name="past">The smoothed probabilities of the frame before.</param>
    /// <param name="now">This frame's probabilities.</param>
    /// <param name="elapsed">The time between both frames, 0 or more.</param>
    /// <param name="time">The time constant, above 0.</param>
    public static ExpressionScores Smooth(in ExpressionScores past, in ExpressionScores now, TimeSpan elapsed, TimeSpan time)
    {
        Span<float> mixed = stackalloc float[ExpressionScores.Count], current = stackalloc float[ExpressionScores.Count];
        past.CopyTo(mixed);
        now.CopyTo(current);
        double difference = 0;
        for (int i = 0; i < mixed.Length; i++) difference += Math.Abs(current[i] - mixed[i]) / 2;

        // Total variation distance, 0 to 1: 0 keeps the whole time constant, 1 none of it.
        double kept = 1 - Math.Min(1, difference), constant = time.TotalSeconds * kept * kept;
        float share = constant > 0 ? (float)(1 - Math.Exp(-elapsed.TotalSeconds / constant)) : 1;
        for (int i = 0; i < mixed.Length; i++) mixed[i] += share * (current[i] - mixed[i]);
        return new ExpressionScores(mixed);
    }
}
