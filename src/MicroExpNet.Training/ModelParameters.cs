using System.Numerics.Tensors;
using MicroExpNet.Models;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training;

/// <summary>Copies parameters between a training network and a model.</summary>
internal static class ModelParameters
{
    /// <summary>Makes a model of parameters; normalisations are folded into the convolutions before them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters, <c>[parameters]</c>.</param>
    /// <param name="statistics">Its normalisation statistics, <c>[statistics]</c>.</param>
    /// <param name="card">The model's card.</param>
    /// <exception cref="TrainingDivergedException">A weight is not a number.</exception>
    public static Model ToModel(
        TrainingNetwork<float> network, ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, ModelCard card)
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

        foreach (LayerParameters layer in layers.OfType<LayerParameters>())
        {
            if (!Finite.All(layer.Weights) || !Finite.All(layer.Biases))
            {
                throw new TrainingDivergedException("the model's weights are no longer numbers");
            }
        }

        return new Model(network.Architecture, layers, card);
    }

    /// <summary>Copies a model's parameters, except those of layers of another shape.</summary>
    /// <param name="network">The network.</param>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Receives them.</param>
    /// <param name="withLast">Whether the last layer, whose outputs are the classes, is copied too.</param>
    public static void Load(TrainingNetwork<float> network, Model model, Span<float> parameters, bool withLast)
    {
        foreach (ParameterBlock block in network.Blocks())
        {
            LayerParameters? layer = model.Parameters[block.Position];
            bool isLast = block.Position == network.Architecture.Layers.Length - 1;
            if (layer is null || layer.Weights.Length != block.WeightCount || layer.Biases.Length != block.OtherCount
                || (isLast && !withLast)) continue;
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
            double factor = shiftsAndScales[channels + channel] / Math.Sqrt(
                meansAndVariances[channels + channel] + NormalizationLayer<float>.Epsilon);
            factors[channel] = (float)factor;
            layer.Biases[channel] = (float)(shiftsAndScales[channel] - (meansAndVariances[channel] * factor));
        }

        for (int row = 0; row < layer.Weights.Length; row += channels)
        {
            Span<float> weights = layer.Weights.AsSpan(row, channels);
            TensorPrimitives.Multiply(weights, factors, weights);
        }
    }
}
