namespace MicroExpNet.Inference.EightBit;

/// <summary>The 8-bit parameters of one layer.</summary>
internal sealed class ByteParameters(sbyte[] weights, int[] biases, float[] scales)
{
    /// <summary>In steps, in the order of the model's weights: <c>[taps, filters]</c>.</summary>
    public readonly sbyte[] Weights = weights;

    /// <summary>In steps of the sums, <c>[filters]</c>.</summary>
    public readonly int[] Biases = biases;

    /// <summary>What one step of each filter's weights is worth.</summary>
    public readonly float[] Scales = scales;
}
