namespace MicroExpNet.Models.Onnx;

/// <summary><c>ConstantOfShape</c>.</summary>
internal sealed class ConstantOfShapeOperator() : OnnxOperator("ConstantOfShape")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        long[]? shape = graph.Constant(node, 0).Integers;
        if (shape is not { Length: <= 8 } || shape.Any(size => size is < 0 or > OnnxTensor.MaxFolded) ||
            OnnxTensor.Product(shape) > OnnxTensor.MaxFolded)
        {
            throw graph.Unsupported(node, $"its shape is no list of at most {OnnxTensor.MaxFolded} values");
        }

        OnnxTensor value = node.Attributes.TryGetValue("value", out OnnxAttribute? attribute) && attribute.Tensor is { } given
            ? given
            : new OnnxTensor([1], (float[])[0]);
        if (value.Count != 1 || (value.Floats is null && value.Integers is null))
        {
            throw graph.Unsupported(node, "its value is not one float or whole number");
        }

        graph.SetConstant(node, value.Picked(shape, new int[OnnxTensor.Product(shape)]));
    }
}
