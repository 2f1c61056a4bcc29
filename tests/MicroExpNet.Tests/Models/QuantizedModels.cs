using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

/// <summary>Quantised models to test with: a float model with steps drawn from a seed, good or bad.</summary>
internal static class QuantizedModels
{
    /// <summary>Quantises every value but the logits; weights have up to <paramref name="maxWeight"/> steps.</summary>
    public static Model Of(Model model, int seed, int maxWeight)
    {
        Random random = new(seed);
        Architecture architecture = model.Architecture;
        int last = architecture.Layers.Length - (architecture.Layers[^1] is Softmax ? 2 : 1);
        TensorQuantization input = new(2f / 255, 127);
        var outputs = new TensorQuantization?[architecture.Layers.Length];
        List<float[]> scales = [];
        LayerParameters?[] parameters = [.. model.Parameters];
        for (int i = 0; i < outputs.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            TensorQuantization? before = layer.Inputs[0] == Layer.NetworkInput ? input : outputs[layer.Inputs[0]];
            bool positive = layer is Relu;
            if (i < last)
            {
                outputs[i] = layer is MaxPool or Flatten && random.Next(4) > 0
                    ? before
                    : new TensorQuantization((positive ? 3f : 6f) / 255, (byte)(positive ? 0 : random.Next(100, 150)));
            }

            scales.Add([]);
            if (parameters[i] is not { } own) continue;
            int channels = layer.OutputShape.Channels;
            float[] steps = [.. Enumerable.Range(0,
                channels).Select(channel =>
                    Math.Max(own.Weights.Where((_, j) => j % channels == channel).Max(Math.Abs), 1e-3f) / maxWeight)];
            scales[i] = [.. steps];
            parameters[i] = new LayerParameters(
                [.. own.Weights.Select((weight, j) => MathF.Round(weight / steps[j % channels]) * steps[j % channels])], own.Biases);
        }

        // Half of the activations are joined to what is before them, as the quantiser has it.
        for (int i = 1; i < last; i++)
        {
            int before = architecture.Layers[i].Inputs[0];
            bool alone = architecture.Layers.Count(layer => layer.Inputs.Contains(before)) == 1;
            if (architecture.Layers[i] is Relu or Clip && before >= 0 && alone &&
                architecture.Layers[before] is Convolution or FullyConnected or Add && random.Next(2) == 0)
            {
                outputs[before] = null;
            }
        }

        return new Model(architecture, parameters, model.Card, new ModelQuantization(input, [.. outputs], [.. scales]));
    }
}
