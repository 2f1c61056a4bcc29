namespace MicroExpNet.Inference.Steps;

/// <summary>The softmax: <c>exp(x) / Σ exp(x)</c>, with the largest logit taken off first so that no exponential overflows.</summary>
internal static class SoftmaxFunction
{
    /// <summary>Writes the probabilities of logits; both spans may be the same.</summary>
    public static void Apply(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        float max = float.NegativeInfinity;
        foreach (float logit in logits) max = Math.Max(max, logit);
        double sum = 0;
        foreach (float logit in logits) sum += Math.Exp((double)logit - max);
        for (int i = 0; i < logits.Length; i++) probabilities[i] = (float)(Math.Exp((double)logits[i] - max) / sum);
    }
}
