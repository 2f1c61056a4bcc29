using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>The parts of a quantised model.</summary>
internal sealed partial class OnnxWriter
{
    // Bytes and back, where a value becomes bytes; a vector made of an image has its bytes already.
    private Value Quantized(int position, Value x)
    {
        if (_model.Quantization?[position] is not { } quantization) return x;
        if (position != Layer.NetworkInput && _model.Architecture.Layers[position] is Flatten flatten && _model.Quantization[flatten.Inputs[0]] == quantization) return x;
        string scale = Constant($"{x.Name}.scale", [], [quantization.Scale]);
        string zero = Bytes($"{x.Name}.zero", [], [(sbyte)quantization.ZeroPoint], OnnxGraph.UInt8Type);
        string bytes = Unique($"{x.Name}.bytes"), back = Unique($"{x.Name}.back");
        WriteNode("QuantizeLinear", bytes, [x.Name, scale, zero], bytes);
        WriteNode("DequantizeLinear", back, [bytes, scale, zero], back);
        return x with { Name = back };
    }

    // A layer's weights: floats, or 8-bit integers with a step for each output channel.
    private string Weights(int position, string wanted, long[] dimensions, int axis, Func<float[], float[]> inOrder, Func<sbyte[], sbyte[]> bytesInOrder)
    {
        LayerParameters parameters = _model.Parameters[position]!;
        if (_model.Quantization is not { } quantization) return Constant(wanted, dimensions, inOrder(parameters.Weights));
        string numbers = Bytes(wanted, dimensions, bytesInOrder(quantization.Weights(position, parameters)), OnnxGraph.Int8Type);
        return Dequantized(numbers, [.. quantization.WeightScales(position)], axis);
    }

    private string Biases(int position, string wanted, float[] biases)
    {
        if (_model.Quantization is not { } quantization) return Constant(wanted, [biases.Length], biases);
        int input = _model.Architecture.Layers[position].Inputs[0];
        string name = Unique(wanted);
        int[] numbers = quantization.Biases(position, input, _model.Parameters[position]!);
        WriteTensor(name, [biases.Length], OnnxGraph.Int32Type, tensor => tensor.Write(OnnxFields.TensorRawData, numbers));
        float step = quantization[input]!.Value.Scale;
        return Dequantized(name, [.. quantization.WeightScales(position).Select(scale => step * scale)], axis: 0);
    }

    private string Dequantized(string numbers, float[] scales, int axis)
    {
        string scale = Constant($"{numbers}.scale", [scales.Length], scales), back = Unique($"{numbers}.back");
        WriteNode("DequantizeLinear", back, [numbers, scale], back, node => WriteInteger(node, "axis", axis));
        return back;
    }

    private string Bytes(string wanted, long[] dimensions, sbyte[] values, int type)
    {
        string name = Unique(wanted);
        WriteTensor(name, dimensions, type, tensor => tensor.Write(OnnxFields.TensorRawData, values));
        return name;
    }

    private void WriteTensor(string name, long[] dimensions, int type, Action<OnnxMessage> writeValues) => _constants.Add(() => _graph.Write(OnnxFields.GraphInitializer, tensor =>
    {
        foreach (long dimension in dimensions) tensor.Write(OnnxFields.TensorDimensions, dimension);
        tensor.Write(OnnxFields.TensorDataType, type);
        tensor.Write(OnnxFields.TensorName, name);
        writeValues(tensor);
    }));
}
