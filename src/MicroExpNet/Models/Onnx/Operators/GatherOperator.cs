namespace MicroExpNet.Models.Onnx;

/// <summary><c>Gather</c> from a constant list.</summary>
internal sealed class GatherOperator() : OnnxOperator("Gather")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        OnnxTensor data = graph.Constant(node, 0), which = graph.Constant(node, 1);
        if (data.Dimensions is not [long length] || node.Integer("axis", 0) is not (0 or -1) ||
            which.Integers is not { Length: <= OnnxTensor.MaxFolded } indexes ||
            (data.Floats is null && data.Integers is null))
        {
            throw graph.Unsupported(node, "only elements of a constant list can be gathered");
        }

        int[] picked = new int[indexes.Length];
        for (int i = 0; i < picked.Length; i++)
        {
            long index = indexes[i] < 0 ? indexes[i] + length : indexes[i];
            picked[i] = index >= 0 && index < length
                ? (int)index
                : throw graph.Unsupported(node, $"its index {indexes[i]} is outside a list of {length}");
        }

        graph.SetConstant(node, data.Picked(which.Dimensions, picked));
    }
}
