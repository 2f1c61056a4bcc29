using MicroExpNet.Architectures;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training;

/// <summary>The initial values of a training network's parameters.</summary>
internal static class ParameterInitializer
{
    private const float OriginalBiasDeviation = 0.5f;

    /// <summary>
    /// Initial values. Without normalisation the original's: Glorot's uniform weights (2010), biases from a normal distribution of
    /// deviation 0.5. With it He's normal weights (2015), no shift, scale 1, and 0 for the scale that ends a residual branch.
    /// </summary>
    public static void Initialize(TrainingNetwork<float> network, Span<float> parameters, ulong seed)
    {
        bool normalized = network.StatisticCount > 0;
        foreach (ParameterBlock block in network.Blocks()) Initialize(network.Architecture, block, normalized, parameters, seed);
    }

    /// <summary>Initial values of one layer.</summary>
    public static void Initialize(Architecture architecture, ParameterBlock block, bool normalized, Span<float> parameters, ulong seed)
    {
        RandomStream random = new(seed, (ulong)block.Position);
        Span<float> weights = parameters.Slice(block.Offset, block.WeightCount);
        Span<float> others = parameters.Slice(block.Offset + block.WeightCount, block.OtherCount);
        others.Clear();
        if (block.IsNormalization)
        {
            others[(others.Length / 2)..]
                .Fill(architecture.Layers.Any(layer => layer is Add add && add.Inputs[0] == block.Position) ? 0 : 1);
            return;
        }

        (long fanIn, long fanOut) = Fans(block.Layer);
        double limit = Math.Sqrt(6.0 / (fanIn + fanOut)), deviation = Math.Sqrt(2.0 / fanIn);
        foreach (ref float weight in weights)
        {
            weight = (float)(normalized ? deviation * random.NextGaussian() : random.NextDouble(-limit, limit));
        }
        if (normalized) return;
        foreach (ref float bias in others) bias = (float)(OriginalBiasDeviation * random.NextGaussian());
    }

    private static (long FanIn, long FanOut) Fans(Layer layer) => layer switch
    {
        Convolution convolution => (
            convolution.Window.Height * convolution.Window.Width * convolution.ChannelsPerGroup,
            convolution.Window.Height * convolution.Window.Width * convolution.OutputShape.Channels / convolution.Groups),
        FullyConnected connected => (connected.WeightCount / connected.OutputShape.Channels, connected.OutputShape.Channels),
        _ => (1, 1),
    };
}
