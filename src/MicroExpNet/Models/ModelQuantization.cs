using System.Collections.Immutable;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models;

/// <summary>
/// How a model computes in 8 bits: which of its values become bytes, and what one step of each output channel's weights is worth. The
/// model's weights are whole multiples of these steps, so the same model can also be computed in floats.
/// </summary>
public sealed class ModelQuantization
{
    private readonly ImmutableArray<TensorQuantization?> _tensors;
    private readonly ImmutableArray<ImmutableArray<float>> _weightScales;

    /// <summary>Takes what was chosen.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="outputs">One entry a layer; null where its output stays float.</param>
    /// <param name="weightScales">One entry a layer: a step for each output channel; empty for layers without weights.</param>
    public ModelQuantization(TensorQuantization? input, IEnumerable<TensorQuantization?> outputs, IEnumerable<ImmutableArray<float>> weightScales)
    {
        _tensors = [input, .. outputs];
        _weightScales = [.. weightScales];
    }

    /// <summary>How a layer's output becomes bytes, or null where it stays float.</summary>
    /// <param name="position">A position in the architecture's layers, or <see cref="Layer.NetworkInput"/>.</param>
    public TensorQuantization? this[int position] => _tensors[position + 1];

    /// <summary>A layer's step of the weights, one for each output channel; empty for layers without weights.</summary>
    /// <param name="position">A position in the architecture's layers.</param>
    public ImmutableArray<float> WeightScales(int position) => _weightScales[position];

    /// <summary>A layer's weights in steps, −128 to 127, in the order of <see cref="LayerParameters.Weights"/>.</summary>
    /// <param name="position">A position in the architecture's layers.</param>
    /// <param name="parameters">The layer's parameters.</param>
    internal sbyte[] Weights(int position, LayerParameters parameters)
    {
        ImmutableArray<float> scales = _weightScales[position];
        sbyte[] weights = new sbyte[parameters.Weights.Length];
        for (int i = 0; i < weights.Length; i++) weights[i] = (sbyte)Math.Clamp(MathF.Round(parameters.Weights[i] / scales[i % scales.Length]), sbyte.MinValue, sbyte.MaxValue);
        return weights;
    }

    /// <summary>A layer's biases in steps of its sums: the input's step times the weights'.</summary>
    /// <param name="position">A position in the architecture's layers.</param>
    /// <param name="input">The position it reads.</param>
    /// <param name="parameters">The layer's parameters.</param>
    internal int[] Biases(int position, int input, LayerParameters parameters)
    {
        float step = this[input]!.Value.Scale;
        return [.. parameters.Biases.Select((bias, i) => (int)Math.Clamp(Math.Round(bias / ((double)step * _weightScales[position][i])), int.MinValue, int.MaxValue))];
    }

    /// <summary>What keeps this from fitting an architecture, or null.</summary>
    internal string? FaultFor(Architecture architecture)
    {
        int count = architecture.Layers.Length;
        if (_tensors.Length != count + 1 || _weightScales.Length != count) return $"quantised outputs and weights for {_tensors.Length - 1} and {_weightScales.Length} of {count} layers";
        if (_tensors.Any(tensor => tensor is { } known && !(known.Scale > 0 && float.IsFinite(known.Scale)))) return "the step of a quantised value is not above 0";
        for (int i = 0; i < count; i++)
        {
            Layer layer = architecture.Layers[i];
            int channels = layer.WeightCount > 0 ? layer.OutputShape.Channels : 0;
            if (_weightScales[i].Length != channels) return $"layer '{layer.Name}' has {_weightScales[i].Length} steps of weights; expected {channels}";
            if (_weightScales[i].Any(scale => !(scale > 0 && float.IsFinite(scale)))) return $"layer '{layer.Name}' has a step of weights that is not above 0";
            if (channels > 0 && this[layer.Inputs[0]] is null) return $"layer '{layer.Name}' has quantised weights, but what it reads is not quantised";
        }

        return null;
    }
}
