namespace MicroExpNet.Models;

/// <summary>The trained values of one layer.</summary>
/// <param name="Weights">
/// A convolution's <c>[height, width, input channels / groups, output channels]</c>, a fully connected layer's <c>[inputs, outputs]</c>.
/// </param>
/// <param name="Biases"><c>[output channels]</c>.</param>
public sealed record LayerParameters(float[] Weights, float[] Biases);
