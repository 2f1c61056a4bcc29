namespace MicroExpNet.Models.Onnx;

/// <summary><c>Constant</c>.</summary>
internal sealed class ConstantOperator() : OnnxOperator("Constant")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        OnnxTensor? tensor = null;
        foreach ((string name, OnnxAttribute value) in node.Attributes)
        {
            tensor = name switch
            {
                "value" => value.Tensor,
                "value_float" => new OnnxTensor([], [value.Float ?? 0]),
                "value_floats" => new OnnxTensor([value.Floats.Count], (float[])[.. value.Floats]),
                "value_int" => new OnnxTensor([], [value.Integer ?? 0]),
                "value_ints" => new OnnxTensor([value.Integers.Count], (long[])[.. value.Integers]),
                _ => tensor,
            };
        }

        graph.SetConstant(
            node,
            tensor ?? throw graph.Unsupported(node, "its value is of a kind this library does not read; expected floats or whole numbers"));
    }
}
