using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;
using MicroExpNet.Training.Engine;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Detection;

/// <summary>Starts a run with batch normalisation from a model whose normalisations are folded into its convolutions.</summary>
internal static class InitialWeights
{
    /// <summary>
    /// Copies the model's weights, and sets each normalisation so that it undoes itself: scale and shift are the deviation and the mean of
    /// what it normalises, so that the network's outputs are the model's. A layer's mean is known only once those before it are right, so
    /// this measures once for each layer.
    /// </summary>
    /// <param name="step">The run; its parameters are set.</param>
    /// <param name="model">A model of the same architecture.</param>
    /// <param name="measure">Measures the normalisations' means and variances for the parameters as they are.</param>
    /// <exception cref="ArgumentException">The model has other layers.</exception>
    public static void Load(DataParallelStep step, Model model, Func<AlignedMemory<float>, float[]> measure)
    {
        Span<float> parameters = step.Parameters.Span;
        ParameterBlock[] blocks = [.. step.Network.Blocks()], normalizations = [.. blocks.Where(block => block.IsNormalization)];
        foreach (ParameterBlock block in blocks.Where(block => !block.IsNormalization))
        {
            LayerParameters? layer = block.Position < model.Parameters.Length ? model.Parameters[block.Position] : null;
            if (layer is null || layer.Weights.Length != block.WeightCount)
            {
                throw new ArgumentException(
                    $"the model '{model.Architecture.Name}' has other layers than the network; expected the same stem width and widths");
            }
            layer.Weights.CopyTo(parameters[block.Offset..]);
            if (block.OtherCount > 0) layer.Biases.CopyTo(parameters[(block.Offset + block.WeightCount)..]);
        }

        foreach (ParameterBlock _ in normalizations)
        {
            float[] statistics = measure(step.Parameters);
            foreach (ParameterBlock block in normalizations)
            {
                int channels = block.OtherCount / 2;
                Span<float> shifts = parameters.Slice(block.Offset + block.WeightCount, channels),
                    scales = parameters.Slice(block.Offset + block.WeightCount + channels, channels);
                ReadOnlySpan<float> means = statistics.AsSpan(block.Statistics!.Value, channels),
                    variances = statistics.AsSpan(block.Statistics.Value + channels, channels);
                float[] biases = model.Parameters[block.Position]!.Biases;
                for (int i = 0; i < channels; i++)
                {
                    scales[i] = (float)Math.Sqrt(variances[i] + NormalizationLayer<float>.Epsilon);
                    shifts[i] = means[i] + biases[i];
                }
            }
        }
    }
}
