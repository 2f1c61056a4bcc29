namespace MicroExpNet.Models.Onnx;

/// <summary><c>QuantizeLinear</c> of a layer's output: it becomes bytes.</summary>
internal sealed class QuantizeLinearOperator() : OnnxOperator("QuantizeLinear")
{
    // Between this node and its DequantizeLinear a value is still the floats it stands for.
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        if (graph.Floats(node, 1) is not [> 0 and float scale])
        {
            throw graph.Unsupported(node, "its scale is not one number above 0; a layer's output has one in all");
        }

        TensorQuantization quantization = new(scale, ZeroPoint(node, graph));
        if (graph.QuantizationOf(x.Position) is { } before && graph.IsQuantized(x.Position) && before != quantization)
        {
            throw graph.Unsupported(
                node,
                $"its input is quantised already, by scale {before.Scale:R} and zero point {before.ZeroPoint}; expected the same again");
        }

        graph.Quantize(x.Position, quantization);
        graph.Alias(node, x with { Exclusive = false });
    }

    // A signed zero point means signed numbers; the library's are unsigned, 128 more.
    private static byte ZeroPoint(OnnxNode node, OnnxTranslator graph)
    {
        if (!node.HasInput(2)) return 0;
        return graph.Constant(node, 2) switch
        {
            { ElementType: OnnxGraph.UInt8Type, Integers: [>= 0 and <= 255 and long zero] } => (byte)zero,
            { ElementType: OnnxGraph.Int8Type, Integers: [>= -128 and <= 127 and long zero] } => (byte)(zero + 128),
            _ => throw graph.Unsupported(node, $"its zero point {node.InputName(2)} is not one 8-bit integer"),
        };
    }
}
