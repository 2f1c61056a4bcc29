namespace MicroExpNet.Models.Onnx;

/// <summary><c>Expand</c>: an image of one channel repeated as several, or nothing.</summary>
internal sealed class ExpandOperator() : OnnxOperator("Expand")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        long[] from = [1, .. ReshapeOperator.Dimensions(x)];
        if (graph.Constant(node, 1).Integers is not { } target || target.Length > from.Length)
        {
            throw graph.Unsupported(node, "its shape is no list of as many sizes as its input has");
        }

        long[] to = [.. Enumerable.Repeat(1L, from.Length - target.Length), .. target];
        long[] repeats =
            [.. to.Select((size, i) => size == OnnxTensor.Batch || size == from[i] ? 1 : from[i] == 1 ? size : size == 1 ? 1 : 0)];
        TileOperator.Repeat(node, x, repeats, graph);
    }
}
