namespace MicroExpNet.Inference.EightBit;

/// <summary>The 8-bit parameters of one layer.</summary>
internal sealed class ByteParameters(sbyte[] weights, int[] biases, float[] scales)
{
    /// <summary>Integer weights, <c>[taps, filters]</c>, the order of the model's.</summary>
    public readonly sbyte[] Weights = weights;

    /// <summary>Biases in units of the accumulators (input scale times weight scale), <c>[filters]</c>.</summary>
    public readonly int[] Biases = biases;

    /// <summary>The scale of each filter's weights, <c>[filters]</c>.</summary>
    public readonly float[] Scales = scales;
}
