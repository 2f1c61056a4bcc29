using System.Collections.Immutable;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// The operators of quantised models: values that become bytes and floats again, and constants that are 8-bit integers. What a step is
/// worth is kept beside the layers; the numbers of a layer's weights become the floats they stand for.
/// </summary>
internal sealed partial class OnnxTranslator
{
    private readonly Dictionary<int, TensorQuantization> _quantized = [];
    private readonly Dictionary<int, ImmutableArray<float>> _weightScales = [];

    // Between the two nodes a value is still the floats it stands for.
    private void TakeQuantizeLinear(OnnxNode node)
    {
        Activation x = Input(node, 0);
        float[] scale = Floats(node, 1);
        if (scale is not [> 0]) throw Refuse(node, "its scale is not one number above 0; a layer's values have one in all");
        (long zero, bool isSigned) = ZeroPoint(node);

        // A signed byte is the unsigned one that is 128 more.
        TensorQuantization quantization = new(scale[0], (byte)(isSigned ? zero + 128 : zero));
        if (_quantized.TryGetValue(x.Position, out TensorQuantization before) && before != quantization)
        {
            throw Refuse(node, $"it quantises what is quantised by another scale; expected {before.Scale:R} and zero point {before.ZeroPoint}");
        }

        _quantized[x.Position] = quantization;
        _values[node.Outputs[0]] = x with { Exclusive = false };
    }

    private void TakeDequantizeLinear(OnnxNode node)
    {
        if (!TryConstant(node, 0, out OnnxTensor? numbers))
        {
            Activation x = Input(node, 0);
            if (!_quantized.ContainsKey(x.Position)) throw Refuse(node, "what it reads was not quantised");
            _values[node.Outputs[0]] = x with { Exclusive = false };
            return;
        }

        if (numbers.Integers is null || numbers.ElementType is not (OnnxGraph.Int8Type or OnnxGraph.Int32Type))
        {
            throw Refuse(node, $"its constant '{node.Inputs[0]}' is not of 8-bit or 32-bit integers");
        }

        float[] scales = Floats(node, 1);
        if (node.Inputs.Count > 2 && node.Inputs[2].Length > 0 && Constant(node, 2).Integers?.Any(zero => zero != 0) != false)
        {
            throw Refuse(node, "the zero point of weights must be 0");
        }

        long rank = numbers.Dimensions.Length, axis = Integer(node, "axis", 1);
        if (axis < 0) axis += rank;
        if (scales.Length != 1 && (axis < 0 || axis >= rank || numbers.Dimensions[axis] != scales.Length)) throw Refuse(node, $"it has {scales.Length} scales, which do not fit its axis {axis}");
        if (scales.Any(scale => !(scale > 0))) throw Refuse(node, "a scale is not above 0");
        long behind = 1;
        for (long i = axis + 1; scales.Length > 1 && i < rank; i++) behind *= numbers.Dimensions[i];
        float[] floats = [.. numbers.Integers.Select((number, i) => number * scales[scales.Length > 1 ? i / behind % scales.Length : 0])];
        _constants[node.Outputs[0]] = new OnnxTensor(node.Outputs[0], numbers.Dimensions, floats, null) { Scales = scales, ScaleAxis = (int)axis };
    }

    // A vector made of an image has the same bytes.
    private TensorQuantization? QuantizationOf(int position)
    {
        if (_quantized.TryGetValue(position, out TensorQuantization own)) return own;
        return position != Layer.NetworkInput && _layers[position] is Flatten flatten ? QuantizationOf(flatten.Inputs[0]) : null;
    }

    private (long Zero, bool IsSigned) ZeroPoint(OnnxNode node)
    {
        if (node.Inputs.Count < 3 || node.Inputs[2].Length == 0) return (0, false);
        OnnxTensor constant = Constant(node, 2);
        return constant switch
        {
            { ElementType: OnnxGraph.UInt8Type, Integers: [>= 0 and <= 255 and long zero] } => (zero, false),
            { ElementType: OnnxGraph.Int8Type, Integers: [>= -128 and <= 127 and long zero] } => (zero, true),
            _ => throw Refuse(node, $"its zero point '{node.Inputs[2]}' is not one 8-bit integer"),
        };
    }

    // The steps of the weights of the layer that was appended last, one for each output channel.
    private void KeepWeightScales(OnnxNode node, int outputAxis)
    {
        if (Constant(node, 1) is not { Scales: { } scales } constant) return;
        if (scales.Length > 1 && constant.ScaleAxis != outputAxis) throw Refuse(node, "its weights have scales along another axis than its output channels");
        int channels = _layers[^1].OutputShape.Channels;
        _weightScales[_layers.Count - 1] = scales.Length == channels ? [.. scales] : [.. Enumerable.Repeat(scales[0], channels)];
    }
}
