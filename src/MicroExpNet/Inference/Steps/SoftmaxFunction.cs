namespace MicroExpNet.Inference.Steps;

/// <summary>
/// The softmax, <c>exp(x) / Σ exp(x)</c>, and its logarithm. The largest logit is subtracted first, so that no exponential overflows.
/// </summary>
internal static class SoftmaxFunction
{
    /// <summary>Computes a function of logits; both spans may be the same.</summary>
    public delegate void Apply(ReadOnlySpan<float> logits, Span<float> results);

    /// <summary>Writes the probabilities of logits; both spans may be the same.</summary>
    public static void Probabilities(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        (float max, double sum) = MaxAndSum(logits);
        for (int i = 0; i < logits.Length; i++) probabilities[i] = (float)(Math.Exp((double)logits[i] - max) / sum);
    }

    /// <summary>Writes the logarithms of the probabilities of logits; both spans may be the same.</summary>
    public static void Logarithms(ReadOnlySpan<float> logits, Span<float> logarithms)
    {
        (float max, double sum) = MaxAndSum(logits);
        double logarithm = Math.Log(sum);
        for (int i = 0; i < logits.Length; i++) logarithms[i] = (float)((double)logits[i] - max - logarithm);
    }

    private static (float Max, double Sum) MaxAndSum(ReadOnlySpan<float> logits)
    {
        float max = float.NegativeInfinity;
        foreach (float logit in logits) max = Math.Max(max, logit);
        double sum = 0;
        foreach (float logit in logits) sum += Math.Exp((double)logit - max);
        return (max, sum);
    }
}
