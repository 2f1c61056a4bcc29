using System.Numerics.Tensors;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training;

/// <summary>A training network's parameters on their way from initial values or a model, and to a model.</summary>
internal static class Parameters
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
            others[(others.Length / 2)..].Fill(architecture.Layers.Any(layer => layer is Add add && add.Inputs[0] == block.Position) ? 0 : 1);
            return;
        }

        (long fanIn, long fanOut) = Fans(block.Layer);
        double limit = Math.Sqrt(6.0 / (fanIn + fanOut)), deviation = Math.Sqrt(2.0 / fanIn);
        foreach (ref float weight in weights) weight = (float)(normalized ? deviation * random.NextGaussian() : random.NextDouble(-limit, limit));
        if (normalized) return;
        foreach (ref float bias in others) bias = (float)(OriginalBiasDeviation * random.NextGaussian());
    }

    /// <summary>The model these parameters make, normalisations folded into their convolutions.</summary>
    public static Model ToModel(TrainingNetwork<float> network, ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, ModelCard card)
    {
        LayerParameters?[] layers = new LayerParameters?[network.Architecture.Layers.Length];
        foreach (ParameterBlock block in network.Blocks())
        {
            ReadOnlySpan<float> others = parameters.Slice(block.Offset + block.WeightCount, block.OtherCount);
            if (!block.IsNormalization)
            {
                float[] biases = block.OtherCount == 0 ? new float[block.Layer.BiasCount] : others.ToArray();
                layers[block.Position] = new LayerParameters(parameters.Slice(block.Offset, block.WeightCount).ToArray(), biases);
                continue;
            }

            Fold(layers[block.Position]!, others, statistics.Slice(block.Statistics!.Value, block.OtherCount));
        }

        return new Model(network.Architecture, layers, card);
    }

    /// <summary>Takes a model's parameters over, but for layers of another shape.</summary>
    /// <param name="network">The network.</param>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Receives them.</param>
    /// <param name="withLast">Whether the last layer, which knows the classes, is taken too.</param>
    public static void Load(TrainingNetwork<float> network, Model model, Span<float> parameters, bool withLast)
    {
        foreach (ParameterBlock block in network.Blocks())
        {
            LayerParameters? layer = model.Parameters[block.Position];
            bool isLast = block.Position == network.Architecture.Layers.Length - 1;
            if (layer is null || layer.Weights.Length != block.WeightCount || layer.Biases.Length != block.OtherCount || (isLast && !withLast)) continue;
            layer.Weights.CopyTo(parameters[block.Offset..]);
            layer.Biases.CopyTo(parameters[(block.Offset + block.WeightCount)..]);
        }
    }

    private static void Fold(LayerParameters layer, ReadOnlySpan<float> shiftsAndScales, ReadOnlySpan<float> meansAndVariances)
    {
        int channels = layer.Biases.Length;
        Span<float> factors = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double factor = shiftsAndScales[channels + channel] / Math.Sqrt(meansAndVariances[channels + channel] + NormalizationLayer<float>.Epsilon);
            factors[channel] = (float)factor;
            layer.Biases[channel] = (float)(shiftsAndScales[channel] - (meansAndVariances[channel] * factor));
        }

        for (int row = 0; row < layer.Weights.Length; row += channels)
        {
            Span<float> weights = layer.Weights.AsSpan(row, channels);
            TensorPrimitives.Multiply(weights, factors, weights);
        }
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
