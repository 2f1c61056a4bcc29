namespace MicroExpNet.Training.Losses;

/// <summary>The softmax of logits, and its normaliser.</summary>
internal static class ClassProbabilities
{
    /// <summary>Logits that may lie on the stack: more than any classifier here has, and far from its end.</summary>
    public const int MaxOnStack = 512;

    /// <summary>The logarithm of the sum of the exponentials: a logit minus it is the logarithm of its class's probability.</summary>
    /// <param name="logits"><c>[classes]</c>.</param>
    public static double LogSumExp(ReadOnlySpan<double> logits)
    {
        double max = Max(logits), sum = 0;
        foreach (double logit in logits) sum += Math.Exp(logit - max);
        return max + Math.Log(sum);
    }

    /// <summary>The softmax.</summary>
    /// <param name="logits"><c>[classes]</c>.</param>
    /// <param name="probabilities">Receives the probabilities, <c>[classes]</c>.</param>
    public static void FromLogits(ReadOnlySpan<double> logits, Span<double> probabilities)
    {
        double max = Max(logits), sum = 0;
        for (int i = 0; i < logits.Length; i++) sum += probabilities[i] = Math.Exp(logits[i] - max);
        for (int i = 0; i < logits.Length; i++) probabilities[i] /= sum;
    }

    // Subtracted first, so that no exponential overflows.
    private static double Max(ReadOnlySpan<double> logits)
    {
        double max = double.NegativeInfinity;
        foreach (double logit in logits) max = Math.Max(max, logit);
        return max;
    }
}
