namespace MicroExpNet.Inference.EightBit;

/// <summary>The 8-bit parameters of one layer.</summary>
/// <param name="Weights">In steps, in the order of the model's weights: <c>[taps, filters]</c>.</param>
/// <param name="Biases">In steps of the sums, <c>[filters]</c>.</param>
/// <param name="Scales">What one step of each filter's weights is worth.</param>
internal sealed record ByteParameters(sbyte[] Weights, int[] Biases, float[] Scales);
