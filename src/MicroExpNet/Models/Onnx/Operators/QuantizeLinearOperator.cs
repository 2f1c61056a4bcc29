namespace MicroExpNet.Models.Onnx;

/// <summary><c>QuantizeLinear</c> of a layer's output: it becomes bytes.</summary>
internal sealed class QuantizeLinearOperator() : OnnxOperator("QuantizeLinear")
{
    // Between this node and its DequantizeLinear a value is still the floats it stands for.
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        TensorQuantization quantization = new(Scale(node, graph), ZeroPoint(node, graph));
        if (graph.QuantizationOf(x.Position) is { } before && graph.IsQuantized(x.Position) && before != quantization)
        {
            throw graph.Unsupported(
                node,
                $"its input is quantised already, by scale {before.Scale:R} and zero point {before.ZeroPoint}; expected the same again");
        }

        graph.Quantize(x.Position, quantization);
        graph.Alias(node, x with { Exclusive = false });
    }

    /// <summary>The scale of a layer's output, the node's second input.</summary>
    public static float Scale(OnnxNode node, OnnxTranslator graph) => graph.Floats(node, 1) is [> 0 and float scale]
        ? scale
        : throw graph.Unsupported(node, "its scale is not one number above 0; a layer's output has one in all");

    /// <summary>
    /// The zero point of a layer's output, the node's third input or 0. A signed one means signed numbers; the library's are unsigned, 128
    /// more.
    /// </summary>
    public static byte ZeroPoint(OnnxNode node, OnnxTranslator graph)
    {
        if (!node.HasInput(2))
        {
            return node.Integer("output_dtype", 0) switch
            {
                0 or OnnxGraph.UInt8Type => 0,
                OnnxGraph.Int8Type => 128,
                long type => throw graph.Unsupported(node, $"output_dtype {type} is no 8-bit integer"),
            };
        }

        return graph.Constant(node, 2) switch
        {
            { ElementType: OnnxGraph.UInt8Type, Integers: [>= 0 and <= 255 and long zero] } => (byte)zero,
            { ElementType: OnnxGraph.Int8Type, Integers: [>= -128 and <= 127 and long zero] } => (byte)(zero + 128),
            _ => throw graph.Unsupported(node, $"its zero point {node.InputName(2)} is not one 8-bit integer"),
        };
    }
}
