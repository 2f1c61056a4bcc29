using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Layers;

/// <summary>Where one layer's parameters lie among a network's.</summary>
/// <param name="Position">Position of the layer in its architecture.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Offset">The first of its weights, or of its normalisation's shifts.</param>
/// <param name="WeightCount">Its weights; 0 for a normalisation.</param>
/// <param name="OtherCount">What follows: its biases, or its normalisation's shifts and then scales.</param>
/// <param name="Statistics">For a normalisation, where its means and then variances lie among the network's statistics.</param>
internal sealed record ParameterBlock(int Position, Layer Layer, int Offset, int WeightCount, int OtherCount, int? Statistics)
{
    public bool IsNormalization => Statistics is not null;

    public int Count => WeightCount + OtherCount;
}
