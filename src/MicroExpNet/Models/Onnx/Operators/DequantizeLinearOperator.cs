namespace MicroExpNet.Models.Onnx;

/// <summary>
/// <c>DequantizeLinear</c>: of bytes that <c>QuantizeLinear</c> made, or of constant integers, which become the floats they stand for and
/// remember their scales.
/// </summary>
internal sealed class DequantizeLinearOperator() : OnnxOperator("DequantizeLinear")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (!graph.TryConstant(node, 0, out OnnxTensor? numbers))
        {
            GraphValue x = graph.Input(node, 0);
            if (graph.QuantizationOf(x.Position) is not { } quantization) throw graph.Unsupported(node, "its input was not quantised");

            // A signed 0 where none is given is 128.
            bool isSameZero = node.HasInput(2)
                ? QuantizeLinearOperator.ZeroPoint(node, graph) == quantization.ZeroPoint
                : quantization.ZeroPoint is 0 or 128;
            if (!isSameZero || QuantizeLinearOperator.Scale(node, graph) != quantization.Scale)
            {
                throw graph.Unsupported(node, "its scale or zero point is not that by which its input was quantised");
            }

            graph.Alias(node, x with { Exclusive = false });
            return;
        }

        if (numbers.ElementType is not (OnnxGraph.Int8Type or OnnxGraph.Int32Type))
        {
            throw graph.Unsupported(node, $"its constant {node.InputName(0)} is not of 8-bit or 32-bit integers");
        }

        float[] scales = graph.Floats(node, 1);
        if (node.HasInput(2) && !(graph.Constant(node, 2).Integers is { } zeros && Array.TrueForAll(zeros, zero => zero == 0)))
        {
            throw graph.Unsupported(node, "the zero point of weights must be 0");
        }

        long rank = numbers.Dimensions.Length, axis = node.Integer("axis", 1);
        if (axis < 0) axis += rank;
        if (scales.Length != 1 && (axis < 0 || axis >= rank || numbers.Dimensions[axis] != scales.Length))
        {
            throw graph.Unsupported(node, $"it has {scales.Length} scales, which do not fit its axis {axis}");
        }

        if (Array.Exists(scales, scale => !(scale > 0))) throw graph.Unsupported(node, "a scale is not above 0");

        // Values that share a scale follow each other in runs of the axes after the scales' own.
        long run = 1;
        for (long i = axis + 1; scales.Length > 1 && i < rank; i++) run *= numbers.Dimensions[i];
        graph.Reserve(node, numbers.Count);
        graph.SetConstant(
            node, new OnnxTensor(numbers.Dimensions, numbers.Dequantize(scales, run)) { Scales = scales, ScaleAxis = (int)axis });
    }
}
