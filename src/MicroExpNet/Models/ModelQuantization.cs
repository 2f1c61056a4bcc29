using MicroExpNet.Architectures;

namespace MicroExpNet.Models;

/// <summary>
/// How a model computes in 8 bits: which of its values become bytes, and the scale of each output channel's weights. The weights are whole
/// multiples of these scales, so the same model can also be computed in floats.
/// </summary>
internal sealed class ModelQuantization
{
    private readonly TensorQuantization? _input;
    private readonly TensorQuantization?[] _outputs;
    private readonly float[][] _weightScales;

    /// <summary>Describes a quantisation.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="outputs">One entry a layer; null where its output stays float.</param>
    /// <param name="weightScales">One entry a layer: a scale for each output channel; empty for layers without weights.</param>
    /// <remarks>The arrays are not copied; do not change them.</remarks>
    public ModelQuantization(TensorQuantization? input, TensorQuantization?[] outputs, float[][] weightScales)
    {
        _input = input;
        _outputs = outputs;
        _weightScales = weightScales;
    }

    /// <summary>How a layer's output becomes bytes, or null where it stays float.</summary>
    /// <param name="position">A position in the architecture's layers, or <see cref="Layer.NetworkInput"/>.</param>
    public TensorQuantization? this[int position] => position == Layer.NetworkInput ? _input : _outputs[position];

    /// <summary>The scales of a layer's weights, one for each output channel; empty for layers without weights.</summary>
    /// <param name="position">A position in the architecture's layers.</param>
    public float[] WeightScales(int position) => _weightScales[position];

    /// <summary>A layer's weights divided by their scales, −128 to 127, in the order of <see cref="LayerParameters.Weights"/>.</summary>
    /// <param name="position">A position in the architecture's layers.</param>
    /// <param name="parameters">The layer's parameters.</param>
    internal sbyte[] Weights(int position, LayerParameters parameters)
    {
        float[] scales = _weightScales[position];
        sbyte[] weights = new sbyte[parameters.Weights.Length];
        for (int i = 0, channel = 0; i < weights.Length; i++)
        {
            weights[i] = (sbyte)Math.Clamp(MathF.Round(parameters.Weights[i] / scales[channel]), sbyte.MinValue, sbyte.MaxValue);
            if (++channel == scales.Length) channel = 0;
        }

        return weights;
    }

    /// <summary>A layer's biases divided by the scale of its sums: the input's scale times the weights'.</summary>
    /// <param name="position">A position in the architecture's layers.</param>
    /// <param name="input">The position it reads.</param>
    /// <param name="parameters">The layer's parameters.</param>
    internal int[] Biases(int position, int input, LayerParameters parameters)
    {
        float inputScale = this[input]!.Value.Scale;
        int[] biases = new int[parameters.Biases.Length];
        for (int i = 0; i < biases.Length; i++)
        {
            double sumScale = (double)inputScale * _weightScales[position][i];
            biases[i] = (int)Math.Clamp(Math.Round(parameters.Biases[i] / sumScale), int.MinValue, int.MaxValue);
        }

        return biases;
    }

    /// <summary>Why this does not fit an architecture; null if it does.</summary>
    internal string? FaultFor(Architecture architecture)
    {
        int count = architecture.Layers.Length;
        if (_outputs.Length != count || _weightScales.Length != count)
        {
            return $"quantised outputs and weights for {_outputs.Length} and {_weightScales.Length} of {count} layers";
        }

        for (int i = Layer.NetworkInput; i < count; i++)
        {
            if (this[i] is { } known && !IsScale(known.Scale)) return "the scale of a quantised value is not above 0";
        }

        for (int i = 0; i < count; i++)
        {
            Layer layer = architecture.Layers[i];
            int channels = layer.WeightCount > 0 ? layer.OutputShape.Channels : 0;
            if (_weightScales[i].Length != channels)
            {
                return $"layer '{layer.Name}' has {_weightScales[i].Length} scales of weights; expected {channels}";
            }

            if (!Array.TrueForAll(_weightScales[i], IsScale))
            {
                return $"layer '{layer.Name}' has a scale of weights that is not above 0";
            }

            if (channels > 0 && this[layer.Inputs[0]] is null)
            {
                return $"layer '{layer.Name}' has quantised weights, but what it reads is not quantised";
            }
        }

        return null;
    }

    private static bool IsScale(float scale) => scale > 0 && float.IsFinite(scale);
}
